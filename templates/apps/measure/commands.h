#ifndef COMMANDS_H
#define COMMANDS_H

#include "frames.h"

/* Carries out one command and answers it. */
void command_run(const frame *command);

#endif
