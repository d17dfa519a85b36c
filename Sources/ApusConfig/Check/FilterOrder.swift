/// One router, at the end; nothing behind it would ever run. Each marker of Apus at most once.
enum FilterOrder {
    static func check(_ filters: [HTTPFilter], at field: Field) {
        guard let last = filters.last else {
            if field.quietElements.isEmpty { field.report(.noFilters) }
            return
        }
        for filter in filters.dropLast() where filter.settings.isRouter {
            field.reading.report(.routerNotLast, at: filter.source, path: field.path)
        }
        if !last.settings.isRouter, filters.count == field.quietElements.count {
            field.reading.report(.lastFilterIsNoRouter(last.name), at: last.source, path: field.path)
        }
        var seen: Set<String> = []
        for filter in filters where !seen.insert(filter.name).inserted {
            if filter.settings.isMarker {
                field.reading.report(.duplicateFilter(filter.name), at: filter.source, path: field.path)
            } else {
                field.reading.report(.sameFilterName(filter.name), at: filter.source, path: field.path)
            }
        }
    }
}

extension FilterSettings {
    var isRouter: Bool {
        if case .router = self { true } else { false }
    }

    var isMarker: Bool {
        switch self {
        case .mirror, .timeout, .retry: true
        default: false
        }
    }
}
