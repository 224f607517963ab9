/*
 * I2C of the shield connector: the SBCon serial bus, two open-drain lines that software moves (Arm application note AN385,
 * DAI 0385, "I2C"; registers as in the Versatile boards' two-wire serial bus interface, Arm DUI 0225, 4.21: SB_CONTROL and
 * SB_CONTROLS at 0, SB_CONTROLC at 4; bit 0 SCL, bit 1 SDA).
 */

#include "i2c_lines.h"
#include <stdint.h>
#include "board_config.h"

#define LINES_SET (*(volatile uint32_t *)BOARD_I2C_BASE)
#define LINES_CLEAR (*(volatile uint32_t *)(BOARD_I2C_BASE + 4u))
#define SCL 1u
#define SDA 2u

static void set_line(uint32_t line, bool released)
{
    if (released) {
        LINES_SET = line;
    } else {
        LINES_CLEAR = line;
    }
}

void i2c_scl_set(bool released) { set_line(SCL, released); }
void i2c_sda_set(bool released) { set_line(SDA, released); }
bool i2c_scl_is_high(void) { return (LINES_SET & SCL) != 0u; }
bool i2c_sda_is_high(void) { return (LINES_SET & SDA) != 0u; }
