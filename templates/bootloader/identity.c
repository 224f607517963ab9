/* Get, Get Version, Get ID. */

#include "boot_config.h"
#include "commands.h"
#include "link.h"

/* Version of the protocol, 3.1 as in stm32flash's table of devices. */
#define PROTOCOL_VERSION 0x31u

void command_get(void)
{
    static const uint8_t answer[] = { LINK_ACK, 8u, PROTOCOL_VERSION, 0x00u, 0x01u, 0x02u, 0x11u,
                                      0x21u, 0x31u, 0x44u, 0xA1u, LINK_ACK };
    link_send(answer, sizeof answer);
}

void command_get_version(void)
{
    /* Two option bytes, which exist for compatibility only. */
    static const uint8_t answer[] = { LINK_ACK, PROTOCOL_VERSION, 0u, 0u, LINK_ACK };
    link_send(answer, sizeof answer);
}

void command_get_id(void)
{
    static const uint8_t answer[] = { LINK_ACK, 1u, BOOT_PRODUCT_ID >> 8, BOOT_PRODUCT_ID & 0xFFu, LINK_ACK };
    link_send(answer, sizeof answer);
}
