#ifndef CGRAMMARS_H
#define CGRAMMARS_H

#include <stddef.h>

/// A file of Sources/Understanding/Resources, as it was when the program was built.
typedef struct {
    const unsigned char *bytes;
    size_t count;
} CGrammarsFile;

CGrammarsFile cgrammars_korean(void);
CGrammarsFile cgrammars_english(void);
CGrammarsFile cgrammars_aliases(void);

#endif
