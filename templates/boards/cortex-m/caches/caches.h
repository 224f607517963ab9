#ifndef CACHES_H
#define CACHES_H

/* Instruction and data cache of a Cortex-M7, emptied first where they were off. */
void caches_enable(void);

#endif
