import DequeModule
import NIOCore

/// What waits of a message's body because a filter holds a piece of it back: that piece, and all that came behind it.
///
/// Belongs to its exchange.
struct HeldBody {
    struct Piece {
        var data: ByteBuffer
        /// Nothing follows it.
        var end: Bool
        /// How far it has come: a piece of a request has been seen by the filters before this position of the chain, one
        /// of an answer by those from this position on.
        var position: Int
        /// The position of the filter that holds it; nil when it only waits behind another.
        var holder: Int?
    }

    private var pieces = Deque<Piece>()
    private(set) var bytes = 0
    /// The filter that looks at a piece now wants it held.
    private var isWanted = false

    var isEmpty: Bool { pieces.isEmpty }

    mutating func want() { isWanted = true }

    /// Whether the filter that has just been shown a piece wants it held.
    mutating func takeWish() -> Bool {
        guard isWanted else { return false }
        isWanted = false
        return true
    }

    /// More of the body, behind all that waits.
    mutating func append(_ piece: Piece) {
        pieces.append(piece)
        bytes += piece.data.readableBytes
    }

    /// A piece that had come further than all that waits.
    mutating func prepend(_ piece: Piece) {
        pieces.prepend(piece)
        bytes += piece.data.readableBytes
    }

    /// A filter holds its piece no longer. The piece still waits behind what another filter may hold.
    mutating func release(_ holder: Int) {
        for i in pieces.indices where pieces[i].holder == holder { pieces[i].holder = nil }
    }

    /// The next piece that may go on.
    mutating func next() -> Piece? {
        guard let first = pieces.first, first.holder == nil else { return nil }
        bytes -= first.data.readableBytes
        return pieces.removeFirst()
    }
}

/// What an exchange holds of its two bodies.
final class HeldBodies {
    var request = HeldBody()
    var answer = HeldBody()
}
