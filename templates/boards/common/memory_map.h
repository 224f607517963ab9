#ifndef MEMORY_MAP_H
#define MEMORY_MAP_H

/* Symbols that the linker script defines; only their addresses mean something. */

#include <stdint.h>

extern uint32_t board_vector_table[];
extern uint32_t board_data_load[];
extern uint32_t board_data_start[];
extern uint32_t board_data_end[];
extern uint32_t board_bss_start[];
extern uint32_t board_bss_end[];
extern uint32_t board_stack_limit[];
extern uint32_t board_stack_top[];
/* Its address is the length of the image in bytes. */
extern uint32_t board_image_length[];

#endif
