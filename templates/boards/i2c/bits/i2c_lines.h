#ifndef I2C_LINES_H
#define I2C_LINES_H

/* The two lines of the bus, open drain: released they are high unless somebody pulls. A board family has these. */

#include <stdbool.h>

void i2c_scl_set(bool released);
void i2c_sda_set(bool released);
bool i2c_scl_is_high(void);
bool i2c_sda_is_high(void);

#endif
