import Foundation

extension FileHandle {
    /// Writes text. Nobody may be reading any more (a closed pipe), which is no reason to fall over.
    func say(_ text: String) { try? write(contentsOf: Data(text.utf8)) }
}
