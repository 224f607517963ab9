#include "inference.h"
#include "board.h"
#include "input.h"
#include "litesnn_model.h"
#include "reports.h"

static litesnn_context context;
static litesnn_result result;
static bool tracing;
static uint32_t current_sample;
static uint32_t repeats_left;
/* Ticks that two readings with nothing between them are apart. */
static uint64_t reading_ticks;

static layer_report layers[LITESNN_LAYERS + 1u];
static uint64_t layer_ticks[LITESNN_LAYERS + 1u];
static uint64_t layer_began;
static uint64_t layer_ended;
/* Ticks spent in counting spikes instead of inferring. */
static uint64_t counting_ticks;

static uint64_t ticks_between(uint64_t from, uint64_t to)
{
    const uint64_t ticks = to - from;
    return ticks > reading_ticks ? ticks - reading_ticks : 0u;
}

static uint32_t clamp_u32(uint64_t value) { return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value; }

/* Called by the library through a pointer: firmware.json names it for the stack analysis. */
static void measure_on_trace(void *user, const litesnn_trace *event)
{
    (void)user;
    if (event->phase == LITESNN_TRACE_BEGIN) {
        layer_began = board_counter_read();
    } else if (event->phase == LITESNN_TRACE_END) {
        layer_ended = board_counter_read();
    } else {
        layer_report *report = &layers[event->layer];
        report->layer = event->layer;
        /* With early exit a layer may run twice: its time is that of both, its spikes those of the last. */
        layer_ticks[event->layer] += ticks_between(layer_began, layer_ended);
        report->ticks = clamp_u32(layer_ticks[event->layer]);
        report->spikes_in = event->spikes_in;
        report->spikes_out = event->spikes_out;
        counting_ticks += board_counter_read() - layer_ended;
    }
}

void inference_init(void)
{
    litesnn_init(&context);
    board_counter_start();
    const uint64_t first = board_counter_read();
    const uint64_t second = board_counter_read();
    board_counter_stop();
    reading_ticks = second - first;
}

void inference_set_trace(bool on)
{
    tracing = on;
    litesnn_set_trace(&context, on ? measure_on_trace : 0, 0);
}

void inference_order(uint32_t sample, uint32_t repeat)
{
    current_sample = sample;
    repeats_left = repeat;
}

void inference_cancel(void) { repeats_left = 0u; }

static uint64_t infer(void)
{
    counting_ticks = 0u;
    for (uint32_t layer = 0u; layer <= LITESNN_LAYERS; layer++) layer_ticks[layer] = 0u;
    board_counter_start();
    board_marker_set(true);
    const uint64_t began = board_counter_read();
    litesnn_infer(&context, input_values(), &result);
    const uint64_t ended = board_counter_read();
    board_marker_set(false);
    board_counter_stop();
    return ticks_between(began, ended) - counting_ticks;
}

bool inference_step(void)
{
    if (repeats_left == 0u) return false;
    repeats_left--;
    const uint64_t ticks = infer();
    if (tracing) {
        for (uint32_t layer = 0u; layer <= LITESNN_LAYERS; layer++) report_layer(current_sample, &layers[layer]);
    }
    report_result(current_sample, &result, ticks);
    return true;
}
