#include "CGrammars.h"

// The compiler reads the files as bytes. As a Swift array literal they would take a minute and a gigabyte to compile.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char korean[] = {
#embed "../Understanding/Resources/ko.yaml"
};
static const unsigned char english[] = {
#embed "../Understanding/Resources/en.yaml"
};
static const unsigned char aliases[] = {
#embed "../Understanding/Resources/aliases.yaml"
};

CGrammarsFile cgrammars_korean(void) { return (CGrammarsFile){korean, sizeof korean}; }
CGrammarsFile cgrammars_english(void) { return (CGrammarsFile){english, sizeof english}; }
CGrammarsFile cgrammars_aliases(void) { return (CGrammarsFile){aliases, sizeof aliases}; }
