import ArgumentParser

struct LuaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lua", abstract: "Test and try scripts of the Lua filter, without a network.",
        subcommands: [LuaTest.self, LuaRunOnce.self])
}

/// Where scripts find their modules.
struct ScriptFolders: ParsableArguments {
    @Option(
        name: .customLong("scripts"),
        help: "A folder in which `require` looks, as script_folders; may be repeated.", completion: .directory)
    var folders: [String] = []
}
