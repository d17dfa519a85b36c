// swift-tools-version: 6.1
import PackageDescription

// Exclusivity checks cost a tenth of a request; every mutable object of the data path is owned by one event loop.
let hot: [SwiftSetting] = [
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
]

// A static standard library starts faster and leaves one file to copy. Foundation comes with Yams and ArgumentParser;
// its parts are named because the static archives do not pull each other in.
let foundation = [
    "CoreFoundation", "_FoundationICU", "_FoundationCShims", "_FoundationCollections", "swiftSynchronization",
]
let release = BuildSettingCondition.when(platforms: [.linux], configuration: .release)
let selfContained: [LinkerSetting] =
    [.unsafeFlags(["-static-stdlib"], release)] + foundation.map { .linkedLibrary($0, release) }

let package = Package(
    name: "apus",
    products: [
        .executable(name: "apus", targets: ["apus"]),
        .library(name: "ApusConfig", targets: ["ApusConfig"]),
        .library(name: "ApusProxy", targets: ["ApusProxy"]),
        .library(name: "ApusAdmin", targets: ["ApusAdmin"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-atomics", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Envoy's regular expressions are RE2's; the same library gives the same meaning and linear time.
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("stdc++")]),
        .target(name: "CRuntime"),
        .target(
            name: "CLua", cSettings: [.define("_GNU_SOURCE")], linkerSettings: [.linkedLibrary(":liblua5.4.a")]),
        .target(
            name: "ApusConfig",
            dependencies: [
                "CRE2", .product(name: "HashTreeCollections", package: "swift-collections"),
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "ApusProxy",
            dependencies: [
                "ApusConfig", "CLua", "CRE2", "CRuntime",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Atomics", package: "swift-atomics"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: hot),
        .target(
            name: "ApusAdmin",
            dependencies: [
                "ApusProxy", "ApusConfig",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Atomics", package: "swift-atomics"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "apus",
            dependencies: [
                "ApusAdmin", "ApusProxy", "ApusConfig",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            // A link to conf/demo.yaml: one text for the file and for the copy in the executable.
            resources: [.embedInCode("Demo/demo.yaml")],
            linkerSettings: selfContained),
        .testTarget(name: "ApusConfigTests", dependencies: ["ApusConfig"], exclude: ["Golden"]),
        .testTarget(
            name: "ApusProxyTests", dependencies: ["ApusProxy", "ApusConfig", "CLua"],
            exclude: ["Filters/Lua/Cases"]),
        .testTarget(
            name: "ApusAdminTests",
            dependencies: [
                "ApusAdmin", "ApusProxy", "ApusConfig",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(
            name: "ApusTests",
            dependencies: [
                "apus", "ApusAdmin", "ApusProxy", "ApusConfig",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        // A filter of somebody else's: nothing here may see more than what is public.
        .testTarget(name: "OwnFilterTests", dependencies: ["ApusProxy", "ApusConfig"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
