/* SPDX-License-Identifier: MIT */
/* Files that throw and files that return results, in one program. */
#define TESTS(mode)    \
    layers_##mode();   \
    contexts_##mode(); \
    training_##mode(); \
    models_##mode();   \
    texts_##mode();    \
    weights_##mode()

void layers_throws();
void layers_results();
void contexts_throws();
void contexts_results();
void training_throws();
void training_results();
void models_throws();
void models_results();
void texts_throws();
void texts_results();
void weights_throws();
void weights_results();

int main()
{
    TESTS(throws);
    TESTS(results);
    return 0;
}
