/* The smallest native-messaging host: it answers one ping with one pong. What the front's start is compared with. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Reads count bytes. Returns 0 at the end of input. */
static int read_all(void *bytes, size_t count)
{
    size_t done = 0;
    while (done < count) {
        ssize_t part = read(0, (char *)bytes + done, count - done);
        if (part <= 0)
            return 0;
        done += (size_t)part;
    }
    return 1;
}

int main(void)
{
    static char request[64 * 1024];
    char answer[4 + 256];
    uint32_t length;
    while (read_all(&length, sizeof length) && length < sizeof request && read_all(request, length)) {
        /* The id is echoed, as the protocol asks; our pings write it last, as "requestId":"7"}. */
        request[length] = 0;
        const char *id = strstr(request, "\"requestId\":");
        int written = id
            ? snprintf(answer + 4, 256, "{\"status\":\"success\",\"response\":\"pong\",%.100s", id)
            : snprintf(answer + 4, 256, "{\"status\":\"success\",\"response\":\"pong\"}");
        length = (uint32_t)written;
        memcpy(answer, &length, sizeof length);
        if (write(1, answer, 4 + length) < 0)
            return 1;
    }
    return 0;
}
