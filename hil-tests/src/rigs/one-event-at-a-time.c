/*
 * Lets BlueZ's btvirt live. Its loop (src/shared/mainloop.c of 5.66) takes up to ten events from epoll at once and calls
 * for each what was registered with it; where one of those calls removes another's timer, the loop goes on to memory that
 * was freed, and now and then the emulator ends with SIGSEGV. With one event a call there is nothing to go on to.
 *
 * Built and preloaded by btvirt-preload.ts.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/epoll.h>

int epoll_wait(int descriptor, struct epoll_event *events, int most, int limit_ms)
{
	int (*next)(int, struct epoll_event *, int, int) = dlsym(RTLD_NEXT, "epoll_wait");

	return next(descriptor, events, most > 1 ? 1 : most, limit_ms);
}
