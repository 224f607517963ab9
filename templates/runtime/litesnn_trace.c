/* What a trace hook is told. */
#include "litesnn_kernels.h"

static litesnn_trace event_of(litesnn_trace_phase phase, uint16_t layer)
{
    litesnn_trace event = {phase, layer, 0, 0, 0, 0, 0, 0, 0, 0};
    return event;
}

void litesnn_trace_mark(const litesnn_trace_hook *hook, litesnn_trace_phase phase, uint16_t layer)
{
    if (hook->function != 0) {
        const litesnn_trace event = event_of(phase, layer);
        hook->function(hook->user, &event);
    }
}

void litesnn_trace_counts(const litesnn_trace_hook *hook, uint16_t layer, uint32_t spikes_in, const litesnn_spikes *spikes,
                          uint16_t timesteps, const uint8_t *arena)
{
    litesnn_trace event = event_of(LITESNN_TRACE_COUNTS, layer);
    event.spikes_in = spikes_in;
    event.timesteps = timesteps;
    if (spikes != 0) {
        event.spikes_out = litesnn_count_spikes(spikes, timesteps, arena);
        event.spikes = litesnn_pixel(arena, spikes, 0, 0, 0);
        event.height = spikes->height;
        event.width = spikes->width;
        event.channels = spikes->channels;
        event.pixel_bytes = spikes->pixel_bytes;
    }
    hook->function(hook->user, &event);
}
