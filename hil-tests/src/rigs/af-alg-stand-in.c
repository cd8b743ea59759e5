/*
 * Lets BlueZ's btvirt make LE controllers where the kernel has no AF_ALG sockets (a container, a laptop without
 * algif_skcipher). btvirt opens one for each of its two ciphers when a controller is made and gives up without them;
 * it uses them only for link encryption, which no rig of ours asks for.
 *
 * Built and preloaded by btvirt-preload.ts. Where AF_ALG exists, nothing is changed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_DESCRIPTORS 1024

/* Which descriptors are ours: /dev/null in the place of a cipher. */
static bool is_stand_in[MOST_DESCRIPTORS];

int socket(int domain, int type, int protocol)
{
	int (*next)(int, int, int) = dlsym(RTLD_NEXT, "socket");
	int descriptor = next(domain, type, protocol);

	if (descriptor >= 0 || domain != AF_ALG)
		return descriptor;
	descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (descriptor >= MOST_DESCRIPTORS) {
		close(descriptor);
		return -1;
	}
	if (descriptor >= 0)
		is_stand_in[descriptor] = true;
	return descriptor;
}

int bind(int descriptor, const struct sockaddr *address, socklen_t length)
{
	int (*next)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");

	if (descriptor >= 0 && descriptor < MOST_DESCRIPTORS && is_stand_in[descriptor])
		return 0;
	return next(descriptor, address, length);
}

int close(int descriptor)
{
	int (*next)(int) = dlsym(RTLD_NEXT, "close");

	if (descriptor >= 0 && descriptor < MOST_DESCRIPTORS)
		is_stand_in[descriptor] = false;
	return next(descriptor);
}
