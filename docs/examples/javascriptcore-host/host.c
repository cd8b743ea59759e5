/*
 * A host of proximity-core in bare JavaScriptCore: the C interface that iOS has under JSContext, without one line of JavaScript beside
 * the bundle. It reads what happens in a call as lines, and writes what the phone shall do as lines.
 *
 *   cc -o host host.c $(pkg-config --cflags --libs javascriptcoregtk-4.1)
 *   ./host [--live] proximity-core.global.js < call.txt
 *
 *   open {"profile":…,"wallClockMs":…,"host":…}      what openCall takes
 *   resume {"state":…}                               what resumeCall takes
 *   120.5 {"event":"advertisement",…}                an event without its t, and when it happens: milliseconds from the call
 *   3000 state                                       writes the state, for a process that is about to die
 *
 * With --live it waits for these instants; without, its clock jumps to them. It never calls into JavaScript from two threads, and
 * whatever goes wrong in there, it rings.
 */
#include <JavaScriptCore/JavaScript.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static JSGlobalContextRef context;
static JSObjectRef core; /* globalThis.proximityCore */
static JSObjectRef call; /* what openCall returned; protected from the collector */
static double now_ms;
static double deadline_ms = INFINITY;
static bool is_live, is_ringing, is_broken;
static struct timespec began;

static void say(const char *action, const char *reason) {
  printf("{\"atMs\":%.1f,\"action\":\"%s\",\"reason\":\"%s\"}\n", now_ms, action, reason);
  fflush(stdout);
}

/* The one way out of every fault. A call that rings already goes on ringing. */
static void ring_after_fault(const char *what) {
  fprintf(stderr, "host: %s\n", what);
  is_broken = true;
  deadline_ms = INFINITY;
  if (!is_ringing) say("ring", "host-failed");
  is_ringing = true;
}

/* UTF-8 of a JavaScript text; the caller frees it. */
static char *text_of(JSValueRef value) {
  JSStringRef string = JSValueToStringCopy(context, value, NULL);
  if (string == NULL) return NULL;
  size_t size = JSStringGetMaximumUTF8CStringSize(string);
  char *text = malloc(size);
  if (text != NULL) JSStringGetUTF8CString(string, text, size);
  JSStringRelease(string);
  return text;
}

static JSValueRef property(JSValueRef object, const char *name) {
  if (object == NULL || !JSValueIsObject(context, object)) return NULL;
  JSStringRef key = JSStringCreateWithUTF8CString(name);
  JSValueRef value = JSObjectGetProperty(context, (JSObjectRef)object, key, NULL);
  JSStringRelease(key);
  return value;
}

/* owner.name(json). NULL after an exception, which the facade promises never to throw: then the host does not trust it any more. */
static JSValueRef invoke(JSObjectRef owner, const char *name, const char *json) {
  JSValueRef function = property(owner, name);
  if (function == NULL || !JSValueIsObject(context, function)) return NULL;
  JSStringRef text = JSStringCreateWithUTF8CString(json);
  JSValueRef argument = JSValueMakeString(context, text), exception = NULL;
  JSStringRelease(text);
  JSValueRef result = JSObjectCallAsFunction(context, (JSObjectRef)function, owner, 1, &argument, &exception);
  return exception == NULL ? result : NULL;
}

/* The parsed answer of the facade, or NULL when it is none or not ok. */
static JSValueRef answer_of(JSValueRef text) {
  if (text == NULL || !JSValueIsString(context, text)) return NULL;
  JSStringRef string = JSValueToStringCopy(context, text, NULL);
  JSValueRef answer = JSValueMakeFromJSONString(context, string);
  JSStringRelease(string);
  JSValueRef ok = property(answer, "ok");
  return ok != NULL && JSValueToBoolean(context, ok) ? answer : NULL;
}

/* hold-ring, start-scan, stop-scan, ring, silence and end-elsewhere, in their order: here they are lines. */
static void carry_out(JSValueRef action) {
  char *name = text_of(property(action, "action"));
  JSStringRef json = JSValueCreateJSONString(context, action, 0, NULL);
  char *text = text_of(JSValueMakeString(context, json));
  JSStringRelease(json);
  printf("{\"atMs\":%.1f,%s\n", now_ms, text + 1);
  fflush(stdout);
  if (strcmp(name, "ring") == 0) is_ringing = true;
  free(name);
  free(text);
}

static void step(const char *event_json) {
  if (is_broken) return;
  JSValueRef answer = call == NULL ? NULL : answer_of(invoke(call, "step", event_json));
  JSValueRef actions = property(answer, "actions");
  if (actions == NULL) {
    ring_after_fault("the core gave no answer");
    return;
  }
  double count = JSValueToNumber(context, property(actions, "length"), NULL);
  for (unsigned i = 0; i < count; i += 1)
    carry_out(JSObjectGetPropertyAtIndex(context, (JSObjectRef)actions, i, NULL));
  JSValueRef next = property(answer, "nextDeadlineMs");
  deadline_ms = next == NULL || JSValueIsUndefined(context, next) ? INFINITY : JSValueToNumber(context, next, NULL);
}

static double clock_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (now.tv_sec - began.tv_sec) * 1e3 + (now.tv_nsec - began.tv_nsec) / 1e6;
}

static void wait_until(double at_ms) {
  if (!is_live) {
    now_ms = fmax(now_ms, at_ms);
    return;
  }
  for (double left_ms = at_ms - clock_ms(); left_ms > 0; left_ms = at_ms - clock_ms()) {
    struct timespec pause = {(time_t)(left_ms / 1e3), (long)(fmod(left_ms, 1e3) * 1e6)};
    if (nanosleep(&pause, NULL) != 0 && errno != EINTR) break;
  }
  now_ms = clock_ms();
}

/* The deadline of the core is a timer of the host: it fires before anything later happens. */
static void pass_time(double to_ms) {
  while (deadline_ms <= to_ms) {
    char tick[64];
    wait_until(deadline_ms);
    deadline_ms = INFINITY;
    snprintf(tick, sizeof tick, "{\"t\":%.3f,\"event\":\"tick\"}", now_ms);
    step(tick);
  }
  if (isfinite(to_ms)) wait_until(to_ms);
}

static void happen(const char *event) {
  size_t size = strlen(event) + 32;
  char *stamped = malloc(size);
  if (event[0] != '{' || stamped == NULL) ring_after_fault("a line is no event");
  else {
    snprintf(stamped, size, "{\"t\":%.3f,%s", now_ms, event + 1);
    step(stamped);
  }
  free(stamped);
}

static void begin(const char *function, const char *json) {
  JSValueRef opened = core == NULL ? NULL : invoke(core, function, json);
  if (opened == NULL || !JSValueIsObject(context, opened)) {
    ring_after_fault("the core opens no call");
    return;
  }
  call = (JSObjectRef)opened;
  JSValueProtect(context, call);
  clock_gettime(CLOCK_MONOTONIC, &began);
  if (strcmp(function, "resumeCall") == 0) deadline_ms = 0; /* The first tick says when the next is due. */
}

static void write_state(void) {
  JSValueRef state = call == NULL ? NULL : invoke(call, "state", "");
  char *text = state == NULL ? NULL : text_of(state);
  if (text == NULL) ring_after_fault("the core gives no state");
  else printf("%s\n", text);
  fflush(stdout);
  free(text);
}

static void take_line(const char *line) {
  char *rest;
  if (strncmp(line, "open ", 5) == 0) begin("openCall", line + 5);
  else if (strncmp(line, "resume ", 7) == 0) begin("resumeCall", line + 7);
  else {
    double at_ms = strtod(line, &rest);
    if (rest == line || *rest != ' ') {
      ring_after_fault("a line begins with no instant");
      return;
    }
    /* A call that goes on from another process does so at the instant of its first line, not at nought. */
    if (deadline_ms == 0) deadline_ms = at_ms;
    pass_time(at_ms);
    if (strcmp(rest + 1, "state") == 0) write_state();
    else happen(rest + 1);
  }
}

static void load_core(const char *file) {
  FILE *stream = fopen(file, "rb");
  char *source = NULL;
  size_t length = 0;
  if (stream == NULL || getdelim(&source, &length, '\0', stream) < 0) ring_after_fault("the bundle cannot be read");
  else {
    JSStringRef script = JSStringCreateWithUTF8CString(source);
    JSValueRef exception = NULL;
    JSEvaluateScript(context, script, NULL, NULL, 1, &exception);
    JSStringRelease(script);
    JSValueRef found = property(JSContextGetGlobalObject(context), "proximityCore");
    if (exception != NULL || found == NULL || !JSValueIsObject(context, found)) ring_after_fault("the bundle does not run");
    else core = (JSObjectRef)found;
  }
  free(source);
  if (stream != NULL) fclose(stream);
}

int main(int count, char **words) {
  is_live = count > 1 && strcmp(words[1], "--live") == 0;
  if (count != 2 + is_live) {
    fprintf(stderr, "usage: host [--live] BUNDLE\n");
    return 2;
  }
  context = JSGlobalContextCreate(NULL);
  load_core(words[1 + is_live]);
  char *line = NULL;
  size_t size = 0;
  for (ssize_t length; (length = getline(&line, &size, stdin)) > 0;) {
    if (line[length - 1] == '\n') line[length - 1] = '\0';
    take_line(line);
  }
  pass_time(INFINITY); /* Until the last deadline: nothing ends in silence. */
  free(line);
  if (call != NULL) JSValueUnprotect(context, call);
  JSGlobalContextRelease(context);
  return is_broken ? 1 : 0;
}
