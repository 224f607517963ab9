#ifndef COUNTER_H
#define COUNTER_H

void counter_init(void);

#endif
