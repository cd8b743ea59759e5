/*
 * Runs scripts in a context of JavaScriptCore's C API and gives them nothing but `print`: what a JSContext of iOS gives a
 * bundle. The functions are declared here and looked up at run time, for their headers are a package of their own.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

  Context context = make_context(NULL);
  String name = make_string("print");
  set(context, global(context), name, make_function(context, name, print), 0, NULL);
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
