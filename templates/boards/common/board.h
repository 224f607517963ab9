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

/* The core clock that runs now, Hz: the target's, or a slower one where an oscillator or a PLL did not come up. */
uint32_t board_clock_hz(void);

/* Whether an emulator runs this image. */
bool board_is_emulated(void);

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
 * Free-running up-counter of board_counter_hz(), from 0 at start. Reading needs interrupts on. Stop it when nothing is
 * being measured: an emulator that skips idle time would skip from overflow to overflow.
 */
void board_counter_start(void);
uint64_t board_counter_read(void);
void board_counter_stop(void);
uint32_t board_counter_hz(void);

/* Pin (on FPGA boards an LED) that is high exactly while something is being measured. */
void board_marker_set(bool high);

/*
 * I2C controller on the pins that the target names (7-bit addresses; for a current sensor). Every wait is bounded, also for a device that
 * stretches the clock: false when a device does not acknowledge, when the bus hangs, and at once on a board without I2C.
 */
bool board_i2c_write(uint8_t address, const uint8_t *data, size_t length);
/* Writes the register's number, then reads `length` bytes after a repeated start. */
bool board_i2c_read(uint8_t address, uint8_t register_number, uint8_t *data, size_t length);

/* Sleeps until the next interrupt; returns at once when a received byte is waiting. */
void board_idle(void);

/* Stops the core until the time has passed; peripherals run on. Received bytes are kept, and do not end it. */
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
