/* Measuring application: runs the network on inputs that the host sends, and reports what it cost. */

#include "board.h"
#include "commands.h"
#include "frames.h"
#include "inference.h"
#include "reports.h"

/* Never waits for the rest of a frame: bytes are taken as they come. */
static void take_commands(void)
{
    uint8_t byte;
    frame command;
    while (board_uart_read(&byte, 1u) == 1u) {
        if (frame_receive(byte, &command)) command_run(&command);
    }
}

int main(void)
{
    inference_init();
    frame_send_delimiter();
    report_hello();
    for (;;) {
        take_commands();
        /* Between two inferences, so that a hello ends a long order. */
        if (!inference_step()) board_idle();
    }
}
