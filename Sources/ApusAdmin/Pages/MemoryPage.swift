import ApusConfig
import ApusProxy

/// `/memory`, with Envoy's names; what only its allocator knows is zero.
enum MemoryPage {
    static func answer(_ memory: MemoryReading = .now()) -> AdminAnswer {
        .json(
            .members(
                ("allocated", .string("\(memory.allocated)")), ("heap_size", .string("\(memory.heapSize)")),
                ("pageheap_unmapped", .string("0")), ("pageheap_free", .string("0")),
                ("total_thread_cache", .string("0")), ("total_physical_bytes", .string("\(memory.physical)"))))
    }
}
