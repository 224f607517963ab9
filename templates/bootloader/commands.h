#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdbool.h>
#include <stdint.h>

/* One function a command, called after its two bytes; each answers completely, also with NACK. */

void command_get(void);
void command_get_version(void);
void command_get_id(void);
void command_read(void);
void command_go(void);
void command_write(void);
void command_erase(void);
void command_checksum(void);

/*
 * Common beginning: acknowledges the command, reads address and checksum. False when the host went silent or the
 * checksum was wrong (then NACK has been sent).
 */
bool command_read_address(uint32_t *address);

/* Four bytes, most significant first, and their XOR; NACK when it is wrong. Shared by addresses and lengths. */
bool command_read_word(uint32_t *word);

#endif
