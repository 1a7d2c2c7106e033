using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace NativeHost.Inference.Prefixes;

/// <summary>A sequence on disk: a head that says whose it is and which tokens it holds, and beside it the state, as its engine writes it.</summary>
/// <remarks>
/// The head: magic (8 bytes), key (32), hash of the state (32), length of the state (i64), number of tokens (i32), tokens (i32 each), and a
/// hash of all that (32). Numbers are little-endian; hashes are SHA-256. It is written last: a head stands for a whole state.
/// </remarks>
internal sealed record StoredPrefix(string HeadPath, byte[] Key, byte[] StateHash, long StateBytes, Token[] Tokens)
{
    private const int HashBytes = SHA256.HashSizeInBytes;
    private const int FixedBytes = 8 + HashBytes + HashBytes + sizeof(long) + sizeof(int);

    // A context is never so long; a head that says so is none.
    private const int MostTokens = 16 * 1024 * 1024;

    public const string HeadEnding = ".prefix";

    public string StatePath => StatePathOf(HeadPath);

    private static ReadOnlySpan<byte> Magic => "TAPREFX1"u8;

    public static string StatePathOf(string headPath) => Path.ChangeExtension(headPath, ".state");

    /// <summary>Reads a head.</summary>
    /// <returns>Null where it is none, or damaged.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static StoredPrefix? Read(string headPath)
    {
        if (new FileInfo(headPath) is not { Length: > FixedBytes + HashBytes and <= FixedBytes + HashBytes + (MostTokens * sizeof(int)) })
        {
            return null;
        }

        var head = File.ReadAllBytes(headPath);
        var body = head.AsSpan(0, head.Length - HashBytes);
        var count = BinaryPrimitives.ReadInt32LittleEndian(body[(FixedBytes - sizeof(int))..]);
        if (!body.StartsWith(Magic) || count != (body.Length - FixedBytes) / sizeof(int) || !SHA256.HashData(body).AsSpan().SequenceEqual(head.AsSpan(body.Length)))
        {
            return null;
        }

        var key = body.Slice(Magic.Length, HashBytes);
        var stateHash = body.Slice(Magic.Length + HashBytes, HashBytes);
        var stateBytes = BinaryPrimitives.ReadInt64LittleEndian(body[(Magic.Length + HashBytes + HashBytes)..]);
        var tokens = new Token[count];
        for (var i = 0; i < count; i++)
        {
            tokens[i] = new Token(BinaryPrimitives.ReadInt32LittleEndian(body[(FixedBytes + (i * sizeof(int)))..]));
        }

        return new StoredPrefix(headPath, key.ToArray(), stateHash.ToArray(), stateBytes, tokens);
    }

    /// <summary>The head's bytes.</summary>
    public byte[] ToBytes()
    {
        var head = new byte[FixedBytes + (Tokens.Length * sizeof(int)) + HashBytes];
        var body = head.AsSpan(0, head.Length - HashBytes);
        Magic.CopyTo(body);
        Key.CopyTo(body[Magic.Length..]);
        StateHash.CopyTo(body[(Magic.Length + HashBytes)..]);
        BinaryPrimitives.WriteInt64LittleEndian(body[(Magic.Length + HashBytes + HashBytes)..], StateBytes);
        BinaryPrimitives.WriteInt32LittleEndian(body[(FixedBytes - sizeof(int))..], Tokens.Length);
        for (var i = 0; i < Tokens.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(body[(FixedBytes + (i * sizeof(int)))..], Tokens[i].Id);
        }

        SHA256.HashData(body, head.AsSpan(body.Length));
        return head;
    }

    /// <summary>How much of a prompt it holds.</summary>
    public int SharedWith(ReadOnlySpan<Token> prompt) => prompt.CommonPrefixLength(Tokens);

    /// <summary>A name for a sequence of a key.</summary>
    public static string NameOf(byte[] key, ReadOnlySpan<Token> tokens)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(tokens), hash);
        return $"{Convert.ToHexStringLower(key.AsSpan(0, 8))}-{Convert.ToHexStringLower(hash[..12])}{HeadEnding}";
    }
}
