#ifndef REGIONS_H
#define REGIONS_H

/* Which addresses of the protocol mean what. */

#include <stdbool.h>
#include <stdint.h>

typedef enum { REGION_NONE, REGION_APPLICATION, REGION_RAM } region_kind;

typedef struct {
    region_kind kind;
    /* Where the core sees it. */
    uintptr_t address;
    /* From the start of the application's region; 0 in RAM. */
    uint32_t offset;
} region;

/* The region that holds all of `length` bytes at `wire`; the bootloader's own memory is in none. */
region region_of(uint32_t wire, uint32_t length);

#endif
