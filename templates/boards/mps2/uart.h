#ifndef UART_H
#define UART_H

#include <stdbool.h>

void uart_init(void);
void uart_shutdown(void);
bool uart_byte_waiting(void);

#endif
