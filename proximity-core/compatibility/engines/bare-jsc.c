/*
 * Runs scripts in a context of JavaScriptCore's C API and gives them nothing but `print`: what a JSContext of iOS gives a
 * bundle. Instruments to measure with are there too where DESKBEACON_INSTRUMENTS is set. The functions are declared here and
 * looked up at run time, for their headers are a package of their own.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef const void *Value;
typedef const void *Context;
typedef void *String;
typedef Value (*Callback)(Context, Value, Value, size_t, const Value[], Value *);

static String (*make_string)(const char *);
static size_t (*string_size)(String);
static size_t (*string_bytes)(String, char *, size_t);
static void (*release_string)(String);
static String (*to_string)(Context, Value, Value *);
static Value (*undefined)(Context);
static Value (*make_number)(Context, double);
static Value (*property)(Context, Value, String, Value *);
static void (*collect)(Context);
static Value (*memory_statistics)(Context);
static double started_at_ms;

static void write_value(FILE *file, Context context, Value value) {
  String text = to_string(context, value, NULL);
  size_t size = string_size(text);
  char *bytes = malloc(size);
  string_bytes(text, bytes, size);
  fprintf(file, "%s\n", bytes);
  free(bytes);
  release_string(text);
}

static Value print(Context context, Value function, Value self, size_t count, const Value values[], Value *thrown) {
  (void)function;
  (void)self;
  (void)thrown;
  if (count > 0) write_value(stdout, context, values[0]);
  return undefined(context);
}

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

#define UNUSED (void)function, (void)self, (void)count, (void)values, (void)thrown

static Value start_watch(Context context, Value function, Value self, size_t count, const Value values[], Value *thrown) {
  UNUSED;
  started_at_ms = now_ms();
  return undefined(context);
}

static Value stop_watch(Context context, Value function, Value self, size_t count, const Value values[], Value *thrown) {
  UNUSED;
  return make_number(context, now_ms() - started_at_ms);
}

/* Neither function is in the public headers of any platform; WebKitGTK's library exports both. */
static Value used_octets(Context context, Value function, Value self, size_t count, const Value values[], Value *thrown) {
  UNUSED;
  if (collect == NULL || memory_statistics == NULL) return undefined(context);
  collect(context);
  String name = make_string("heapSize");
  Value size = property(context, memory_statistics(context), name, NULL);
  release_string(name);
  return size;
}

static char *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  char *text = malloc((size_t)size + 1);
  size_t read = fread(text, 1, (size_t)size, file);
  fclose(file);
  text[read] = 0;
  return text;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  void *library = dlopen(argv[1], RTLD_NOW);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 69;
  }
#define FIND(name) dlsym(library, name)
  Context (*make_context)(void *) = FIND("JSGlobalContextCreate");
  Value (*global)(Context) = FIND("JSContextGetGlobalObject");
  Value (*evaluate)(Context, String, Value, String, int, Value *) = FIND("JSEvaluateScript");
  Value (*make_function)(Context, String, Callback) = FIND("JSObjectMakeFunctionWithCallback");
  void (*set)(Context, Value, String, Value, unsigned, Value *) = FIND("JSObjectSetProperty");
  make_string = FIND("JSStringCreateWithUTF8CString");
  string_size = FIND("JSStringGetMaximumUTF8CStringSize");
  string_bytes = FIND("JSStringGetUTF8CString");
  release_string = FIND("JSStringRelease");
  to_string = FIND("JSValueToStringCopy");
  undefined = FIND("JSValueMakeUndefined");
  make_number = FIND("JSValueMakeNumber");
  property = FIND("JSObjectGetProperty");
  collect = FIND("JSSynchronousGarbageCollectForDebugging");
  memory_statistics = FIND("JSGetMemoryUsageStatistics");

  Context context = make_context(NULL);
  static const struct { const char *name; Callback work; } given[] = {
    {"print", print}, {"startWatch", start_watch}, {"stopWatch", stop_watch}, {"usedOctets", used_octets}};
  size_t count = getenv("DESKBEACON_INSTRUMENTS") == NULL ? 1 : 4;
  for (size_t i = 0; i < count; i += 1) {
    String name = make_string(given[i].name);
    set(context, global(context), name, make_function(context, name, given[i].work), 0, NULL);
  }
  for (int i = 2; i < argc; i += 1) {
    char *text = read_file(argv[i]);
    if (text == NULL) return 66;
    Value thrown = NULL;
    evaluate(context, make_string(text), NULL, NULL, 1, &thrown);
    free(text);
    if (thrown != NULL) {
      write_value(stderr, context, thrown);
      return 1;
    }
  }
  return 0;
}
