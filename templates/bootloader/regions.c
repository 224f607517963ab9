#include "regions.h"
#include "boot_config.h"

static bool inside(uint32_t address, uint32_t length, uint32_t start, uint32_t bytes)
{
    return address >= start && address - start <= bytes && length <= bytes - (address - start);
}

region region_of(uint32_t wire, uint32_t length)
{
    if (inside(wire, length, BOOT_WIRE_BASE, BOOT_APPLICATION_BYTES)) {
        const uint32_t offset = wire - BOOT_WIRE_BASE;
        return (region){ .kind = REGION_APPLICATION, .address = BOOT_APPLICATION_ORIGIN + offset, .offset = offset };
    }
    if (inside(wire, length, BOOT_RAM_ORIGIN, BOOT_RAM_BYTES)) {
        return (region){ .kind = REGION_RAM, .address = wire, .offset = 0u };
    }
    return (region){ .kind = REGION_NONE, .address = 0u, .offset = 0u };
}
