#ifndef BOARD_H
#define BOARD_H

/*
 * What an application and the bootloader may ask of a board. Every family implements exactly these functions:
 * common/ has those that all Cortex-M parts share, the family's folder has the rest.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Clocks, UART, marker low, interrupts on. Called once, before anything else here. */
void board_init(void);

/* Puts back what board_init changed and stops all interrupts: what the next program finds is like after a reset. */
void board_shutdown(void);

/* UART, 8N1 at the target's baud rate. Received bytes are buffered by interrupt, so that slow work loses none. */

/* Takes what has been received, at most `capacity` bytes; never waits. Returns the number taken. */
size_t board_uart_read(uint8_t *data, size_t capacity);

/* Waits until every byte is in the transmitter. */
void board_uart_write(const uint8_t *data, size_t length);

/* Waits until the last bit has left the pin. */
void board_uart_drain(void);

/* Received bytes that were lost since board_init because nobody took them in time. */
uint32_t board_uart_lost(void);

/*
 * Free-running up-counter of BOARD_COUNTER_HZ, from 0 at start. Reading needs interrupts on. Stop it when nothing is
 * being measured: an emulator that skips idle time would skip from overflow to overflow.
 */
void board_counter_start(void);
uint64_t board_counter_read(void);
void board_counter_stop(void);

/* Pin (on FPGA boards an LED) that is high exactly while something is being measured. */
void board_marker_set(bool high);

/* Sleeps until the next interrupt; returns at once when a received byte is waiting. */
void board_idle(void);

/* Sleeps in the lowest mode that keeps RAM. Received bytes are kept, and do not end it. */
void board_sleep_ms(uint32_t milliseconds);

/* Resets the whole part. */
void board_reset(void) __attribute__((noreturn));

/* Bytes between the static data and the top of RAM. */
uint32_t board_stack_reserved(void);

/* Bytes of the stack that have been touched since the start-up code painted it. */
uint32_t board_stack_used(void);

/* Starts another program from its vector table: stack pointer from the first word, entry from the second. */
void board_start_program(uintptr_t vector_table) __attribute__((noreturn));

/* Interrupt and exception handlers, named in the vector table. */
void board_reset_handler(void) __attribute__((noreturn));
void board_fault_handler(void) __attribute__((noreturn));
void board_tick_interrupt(void);
void board_uart_receive_interrupt(void);
void board_counter_interrupt(void);

int main(void);

#endif
