/* The limit: the same model in C, a binary heap and rings of numbers. Reads what inputs.py wrote; prints hops, finished
   trains, seconds of transit and seconds of CPU of the run alone (reading left out). */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef int64_t i64;
typedef struct { i64 time, order, who; } Event; /* who: a train, or -1 and -2 for the sources */
typedef struct { int free, head, count, size; int *line; } Pool;
typedef struct { double pace; i64 since; int index, next; char forward; Pool *place, *old; } Train;
enum { ENGINE, PLACE, TRACK, RUN, ARRIVED };

static Event *heap;
static int heap_count;
static i64 order;
static int *ready, ready_head, ready_count, ready_size;

static void *many(i64 n, size_t size) {
    void *p = calloc(n > 0 ? n : 1, size);
    if (!p) exit(2);
    return p;
}
static int before(Event a, Event b) { return a.time < b.time || (a.time == b.time && a.order < b.order); }
static void push(i64 time, i64 who) {
    Event e = {time, order++, who};
    int i = heap_count++;
    while (i && before(e, heap[(i - 1) / 2])) { heap[i] = heap[(i - 1) / 2]; i = (i - 1) / 2; }
    heap[i] = e;
}
static Event pop(void) {
    Event top = heap[0], last = heap[--heap_count];
    int i = 0, child;
    while ((child = 2 * i + 1) < heap_count) {
        if (child + 1 < heap_count && before(heap[child + 1], heap[child])) child++;
        if (!before(heap[child], last)) break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = last;
    return top;
}
static void make_ready(int train) {
    ready[(ready_head + ready_count++) % ready_size] = train;
}
static void join(Pool *p, int train) {
    if (p->count == p->size) { /* a larger ring */
        int size = p->size ? 2 * p->size : 4, *line = many(size, sizeof(int));
        for (int i = 0; i < p->count; i++) line[i] = p->line[(p->head + i) % p->size];
        free(p->line);
        p->line = line; p->size = size; p->head = 0;
    }
    p->line[(p->head + p->count++) % p->size] = train;
}
static int take(Pool *p, int train) {
    if (p->free) { p->free--; return 1; }
    join(p, train);
    return 0;
}
static void release(Pool *p) {
    if (!p->count) { p->free++; return; }
    make_ready(p->line[p->head]);
    p->head = (p->head + 1) % p->size;
    p->count--;
}

int main(int argc, char **argv) {
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    i64 head[7];
    if (!file || fread(head, 8, 7, file) != 7) return 2;
    i64 n = head[0], end = head[1], counts[2] = {head[5], head[6]}, all = counts[0] + counts[1], at[2] = {0, 0};
    i64 *run = many(n, 8), *room = many(n, 8), *alarm = many(all, 8), *alarms[2] = {alarm, alarm + counts[0]};
    double *pace = many(all, 8), *paces[2] = {pace, pace + counts[0]};
    if (fread(run, 8, n, file) != (size_t)n || fread(room, 8, n, file) != (size_t)n) return 2;
    if (fread(alarm, 8, all, file) != (size_t)all || fread(pace, 8, all, file) != (size_t)all) return 2;
    fclose(file);

    clock_t began = clock();
    Pool *tracks = many(n, sizeof(Pool)), *places[2] = {many(n, sizeof(Pool)), many(n, sizeof(Pool))};
    Pool *engines = many(2, sizeof(Pool));
    Train *trains = many(all, sizeof(Train));
    i64 hops = 0, finished = 0, transit = 0;
    int made = 0;
    heap = many(all + 2, sizeof(Event));
    ready = many(all + 2, sizeof(int));
    ready_size = (int)all + 2;
    for (i64 i = 0; i < n; i++) { tracks[i].free = (int)room[i]; places[0][i].free = places[1][i].free = (int)head[2]; }
    for (int e = 0; e < 2; e++) { engines[e].free = (int)head[3 + e]; if (counts[e]) push(alarms[e][0], -1 - e); }
    while (heap_count) {
        Event event = pop();
        i64 now = event.time;
        if (now >= end) break;
        if (event.who < 0) {
            int e = (int)(-1 - event.who);
            for (; at[e] < counts[e] && alarms[e][at[e]] == now; at[e]++) {
                if (paces[e][at[e]] == 0.0) continue;
                trains[made] = (Train){paces[e][at[e]], -1, e ? (int)n - 1 : 0, ENGINE, !e, NULL, NULL};
                make_ready(made++);
            }
            if (at[e] < counts[e]) push(alarms[e][at[e]], event.who);
        } else {
            make_ready((int)event.who);
        }
        while (ready_count) {
            int who = ready[ready_head];
            ready_head = (ready_head + 1) % ready_size;
            ready_count--;
            Train *t = trains + who;
            int last = t->forward ? (int)n - 1 : 0;
            if (t->next == ARRIVED) {
                release(tracks + t->index);
                if (t->old) release(t->old);
                hops++;
                if (t->index == last) {
                    finished++;
                    transit += now - t->since;
                    release(engines + (t->forward ? 1 : 0));
                    continue;
                }
                t->old = t->place;
                t->index += t->forward ? 1 : -1;
                t->next = PLACE;
            } else if (t->next == ENGINE) {
                t->next = PLACE;
                if (!take(engines + (t->forward ? 0 : 1), who)) continue;
            }
            if (t->next == PLACE) {
                if (t->since < 0) t->since = now;
                t->next = TRACK;
                t->place = NULL;
                if (t->index != last) {
                    t->place = places[t->forward ? 0 : 1] + t->index;
                    if (!take(t->place, who)) continue;
                }
            }
            if (t->next == TRACK) {
                t->next = RUN;
                if (!take(tracks + t->index, who)) continue;
            }
            t->next = ARRIVED;
            i64 seconds = (i64)nearbyint((double)run[t->index] * t->pace);
            push(now + (seconds ? seconds : 1), who);
        }
    }
    printf("%lld %lld %lld %.6f\n", (long long)hops, (long long)finished, (long long)transit,
           (double)(clock() - began) / CLOCKS_PER_SEC);
    return 0;
}
