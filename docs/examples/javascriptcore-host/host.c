/*
 * A host of proximity-core over bare JavaScriptCore: the C interface that iOS has beneath JSContext, without one line of JavaScript
 * beside the shipped file. Native code has the clock, the timers, the ringer, the radio and the last word; JavaScript is asked what to do.
 *
 *   cc -o host host.c $(pkg-config --cflags --libs javascriptcoregtk-4.1) -lm
 *   ./host [--state FILE] proximity-core.global.js < moments
 *
 * What happens comes as lines, and what the phone does goes out as lines of JSON. In an app the lines are callbacks:
 *
 *   profile {"profile":{…},"wallClockMs":…}      the profile was fetched: checked and prepared now, not while a phone is to ring
 *   call {"wallClockMs":…,"host":{…}}            the push; the call's time begins
 *   120.5 {"event":"advertisement",…}            so many milliseconds later something happens: an event of the core without its t
 *
 * Time is that of the lines, so that a call takes no longer than its reading. With --state a call survives its process: the state
 * is on disk before an action is carried out, and a host that finds one there goes on with it.
 */
#include <JavaScriptCore/JavaScript.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* Longer than any answer takes, shorter than anybody waits for a phone to ring. */
enum { ANSWER_LIMIT_MS = 500, BROKEN = 1, USAGE = 2, HUNG = 3 };

static JSGlobalContextRef context;
static JSObjectRef core; /* globalThis.proximityCore */
static JSObjectRef call; /* what openCall gave; protected from the collector */
static char *prepared;   /* JSON; kept by native code, for JavaScript may be gone when the phone is called */
static const char *state_file;
static double now_ms, deadline_ms = INFINITY;
static bool is_ringing, is_scanning, is_broken;

/* The one way out of every fault: ring. A phone that rings already goes on. */
static void ring_after_fault(const char *what) {
  fprintf(stderr, "host: %s\n", what);
  is_broken = true;
  deadline_ms = INFINITY;
  if (is_scanning) printf("{\"atMs\":%.1f,\"action\":\"stop-scan\"}\n", now_ms);
  if (!is_ringing) printf("{\"atMs\":%.1f,\"action\":\"ring\",\"reason\":\"host-failed\"}\n", now_ms);
  fflush(stdout);
  is_ringing = true;
  is_scanning = false;
}

/* JavaScript that does not come back cannot be stopped by anything public. It is not waited for: only what a signal handler may call. */
static void ring_without_javascript(int signal_number) {
  static const char line[] = "{\"action\":\"ring\",\"reason\":\"host-hung\"}\n";
  (void)signal_number;
  if (!is_ringing && write(STDOUT_FILENO, line, sizeof line - 1) < 0) _exit(BROKEN);
  _exit(HUNG);
}

static void expect_answer(bool is_expected) {
  struct itimerval limit = {{0, 0}, {0, is_expected ? ANSWER_LIMIT_MS * 1000 : 0}};
  setitimer(ITIMER_REAL, &limit, NULL);
}

/* UTF-8 of a JavaScript value as JSON; the caller frees it. NULL where it is none. */
static char *json_of(JSValueRef value) {
  JSStringRef string = value == NULL ? NULL : JSValueCreateJSONString(context, value, 0, NULL);
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
  return JSValueIsUndefined(context, value) ? NULL : value;
}

static bool is_text(JSValueRef value, const char *expected) {
  if (value == NULL || !JSValueIsString(context, value)) return false;
  JSStringRef string = JSValueToStringCopy(context, value, NULL);
  bool is_equal = JSStringIsEqualToUTF8CString(string, expected);
  JSStringRelease(string);
  return is_equal;
}

/* owner.name(json), in time or never. The facade throws nothing; what throws all the same is not trusted any more. */
static JSValueRef ask(JSObjectRef owner, const char *name, const char *json) {
  JSValueRef function = property(owner, name);
  if (function == NULL || !JSValueIsObject(context, function)) return NULL;
  JSStringRef text = JSStringCreateWithUTF8CString(json);
  JSValueRef argument = JSValueMakeString(context, text), exception = NULL;
  JSStringRelease(text);
  expect_answer(true);
  JSValueRef result = JSObjectCallAsFunction(context, (JSObjectRef)function, owner, 1, &argument, &exception);
  expect_answer(false);
  return exception == NULL ? result : NULL;
}

/* The answer, parsed; NULL when it is no JSON text or not ok. */
static JSValueRef answer_of(JSValueRef text) {
  if (text == NULL || !JSValueIsString(context, text)) return NULL;
  JSStringRef string = JSValueToStringCopy(context, text, NULL);
  JSValueRef answer = JSValueMakeFromJSONString(context, string);
  JSStringRelease(string);
  JSValueRef ok = property(answer, "ok");
  return ok != NULL && JSValueToBoolean(context, ok) ? answer : NULL;
}

/* hold-ring, start-scan, stop-scan, ring, silence, end-elsewhere: here they are lines. */
static void carry_out(JSValueRef action) {
  char *text = json_of(action);
  if (text == NULL || text[0] != '{') ring_after_fault("an action is no object");
  else printf("{\"atMs\":%.1f,%s\n", now_ms, text + 1);
  fflush(stdout);
  JSValueRef name = property(action, "action");
  if (is_text(name, "start-scan")) is_scanning = true;
  if (is_text(name, "stop-scan")) is_scanning = false;
  if (is_text(name, "ring")) is_ringing = true;
  free(text);
}

/* Whole or not at all: written beside it, on disk, and put in its place. */
static bool keep_state(void) {
  if (state_file == NULL) return true;
  char *text = json_of(property(answer_of(ask(call, "state", "")), "state"));
  char beside[4096];
  bool is_kept = text != NULL && snprintf(beside, sizeof beside, "%s.new", state_file) < (int)sizeof beside;
  FILE *file = is_kept ? fopen(beside, "w") : NULL;
  is_kept = file != NULL && fputs(text, file) >= 0 && fflush(file) == 0 && fsync(fileno(file)) == 0;
  if (file != NULL) is_kept = fclose(file) == 0 && is_kept;
  free(text);
  return is_kept && rename(beside, state_file) == 0;
}

static void tell(const char *event) {
  if (is_broken) return;
  JSValueRef answer = call == NULL ? NULL : answer_of(ask(call, "step", event));
  JSValueRef actions = property(answer, "actions"), next = property(answer, "nextDeadlineMs");
  if (actions == NULL) {
    ring_after_fault("the core gave no answer");
    return;
  }
  unsigned count = (unsigned)JSValueToNumber(context, property(actions, "length"), NULL);
  if (count > 0 && !keep_state()) ring_after_fault("the state cannot be kept");
  for (unsigned i = 0; i < count && !is_broken; i += 1)
    carry_out(JSObjectGetPropertyAtIndex(context, (JSObjectRef)actions, i, NULL));
  deadline_ms = next == NULL ? INFINITY : JSValueToNumber(context, next, NULL);
  if (state_file != NULL && is_text(property(answer, "phase"), "over")) remove(state_file);
}

/* The core's deadline is a timer of native code: it fires before anything later happens. */
static void pass_time(double to_ms) {
  while (isfinite(deadline_ms) && deadline_ms <= to_ms) {
    char tick[64];
    now_ms = fmax(now_ms, deadline_ms);
    deadline_ms = INFINITY;
    snprintf(tick, sizeof tick, "{\"t\":%.3f,\"event\":\"tick\"}", now_ms);
    tell(tick);
  }
  if (isfinite(to_ms)) now_ms = fmax(now_ms, to_ms);
}

/* An object with a field put before its others; the caller frees it. NULL for what is no object. */
static char *with_field(const char *name, const char *value, const char *object) {
  if (value == NULL || object[0] != '{') return NULL;
  size_t size = strlen(name) + strlen(value) + strlen(object) + 8;
  char *text = malloc(size);
  if (text != NULL) snprintf(text, size, "{\"%s\":%s%s%s", name, value, object[1] == '}' ? "" : ",", object + 1);
  return text;
}

static void happen(double at_ms, const char *event) {
  char t[32];
  snprintf(t, sizeof t, "%.3f", at_ms);
  char *stamped = with_field("t", t, event);
  if (stamped == NULL) ring_after_fault("a line is no event");
  else tell(stamped);
  free(stamped);
}

static void prepare(const char *json) {
  free(prepared);
  prepared = json_of(property(answer_of(core == NULL ? NULL : ask(core, "prepare", json)), "prepared"));
  if (prepared == NULL) fprintf(stderr, "host: the profile is not right: without one every call rings\n");
}

static bool begin(const char *function, const char *json) {
  JSValueRef opened = core == NULL || json == NULL ? NULL : ask(core, function, json);
  if (opened == NULL || !JSValueIsObject(context, opened)) {
    ring_after_fault("the core opens no call");
    return false;
  }
  call = (JSObjectRef)opened;
  JSValueProtect(context, call);
  return true;
}

static void take_call(const char *json) {
  char *request = prepared == NULL ? strdup(json) : with_field("prepared", prepared, json);
  begin("openCall", request);
  free(request);
}

/* The scan and the ring ended with the process: what was undecided rings for want of time, and what rang rings again. */
static void go_on(const char *saved) {
  JSStringRef text = JSStringCreateWithUTF8CString(saved);
  JSValueRef phase = property(JSValueMakeFromJSONString(context, text), "phase");
  JSStringRelease(text);
  char *request = with_field("state", saved, "{}");
  if (begin("resumeCall", request)) {
    if (is_text(phase, "ringing")) ring_after_fault("the process died while it rang");
    else happen(now_ms, is_text(phase, "deciding") ? "{\"event\":\"scan-failed\",\"reason\":\"internal\"}" : "{\"event\":\"tick\"}");
  }
  free(request);
}

static char *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  size_t size = 0;
  if (file == NULL) return NULL;
  if (getdelim(&text, &size, '\0', file) < 0) {
    free(text);
    text = NULL;
  }
  fclose(file);
  return text;
}

static void load_core(const char *path) {
  char *source = read_file(path);
  JSValueRef exception = NULL;
  if (source == NULL) {
    ring_after_fault("the core cannot be read");
    return;
  }
  JSStringRef script = JSStringCreateWithUTF8CString(source);
  expect_answer(true);
  JSEvaluateScript(context, script, NULL, NULL, 1, &exception);
  expect_answer(false);
  JSStringRelease(script);
  free(source);
  JSValueRef found = property(JSContextGetGlobalObject(context), "proximityCore");
  if (exception != NULL || found == NULL || !JSValueIsObject(context, found)) ring_after_fault("the core does not run");
  else core = (JSObjectRef)found;
}

static void take_line(const char *line) {
  char *rest;
  double at_ms = strtod(line, &rest);
  if (strncmp(line, "profile ", 8) == 0) prepare(line + 8);
  else if (strncmp(line, "call ", 5) == 0) take_call(line + 5);
  else if (rest == line || *rest != ' ' || !isfinite(at_ms)) ring_after_fault("a line is not understood");
  else {
    /* A call that was found on disk goes on at the first instant that is told. */
    char *saved = call == NULL && state_file != NULL && !is_broken ? read_file(state_file) : NULL;
    if (saved != NULL) now_ms = at_ms;
    if (saved != NULL) go_on(saved);
    free(saved);
    pass_time(at_ms);
    happen(at_ms, rest + 1);
  }
}

int main(int count, char **words) {
  bool has_state = count == 4 && strcmp(words[1], "--state") == 0;
  if (count != 2 && !has_state) {
    fprintf(stderr, "usage: host [--state FILE] proximity-core.global.js < moments\n");
    return USAGE;
  }
  if (has_state) state_file = words[2];
  signal(SIGALRM, ring_without_javascript);
  context = JSGlobalContextCreate(NULL);
  load_core(words[count - 1]);
  char *line = NULL;
  size_t size = 0;
  for (ssize_t length; (length = getline(&line, &size, stdin)) > 0;) {
    if (line[length - 1] == '\n') line[length - 1] = '\0';
    take_line(line);
  }
  if (state_file == NULL) pass_time(INFINITY); /* Nothing ends in silence. */
  free(line);
  free(prepared);
  if (call != NULL) JSValueUnprotect(context, call);
  JSGlobalContextRelease(context);
  return is_broken ? BROKEN : 0;
}
