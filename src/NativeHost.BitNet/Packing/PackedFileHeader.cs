using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Packing;

/// <summary>The start of a file of packed weights: of which model they are, and in which form.</summary>
/// <remarks>
/// <code>
/// file   := header block
/// header := "TABPACK1" headForm:u32 pathBytes:u32 sourceBytes:u64 sourceTime:u64 blockBytes:u64 sourceHeader:sha256 block:sha256 path zeros sha256
/// </code>
/// All little endian; the header has <see cref="Bytes"/> bytes, and its last 32 are the hash of those before.
/// </remarks>
/// <param name="SourcePath">Full path of the model's file.</param>
/// <param name="SourceBytes">Its size.</param>
/// <param name="SourceTime">When it was last written, in ticks of UTC.</param>
/// <param name="SourceHeader">SHA-256 of its metadata and tensor table.</param>
/// <param name="BlockHash">SHA-256 of the block behind the header.</param>
internal sealed record PackedFileHeader(
    string SourcePath, long SourceBytes, long SourceTime, byte[] SourceHeader, HeadForm HeadForm, long BlockBytes, byte[] BlockHash)
{
    /// <summary>Bytes of a header: whole pages, so that what follows is aligned.</summary>
    public const int Bytes = 8192;

    private const int HashBytes = SHA256.HashSizeInBytes;
    private const int FixedBytes = 8 + 4 + 4 + 8 + 8 + 8 + HashBytes + HashBytes;

    private static ReadOnlySpan<byte> Magic => "TABPACK1"u8;

    /// <summary>What the header of this model's file has to say, without the block's hash.</summary>
    /// <remarks>Of the file that was opened: another may have its path by now.</remarks>
    public static PackedFileHeader Of(TernaryModelFile file, PackedLayout layout) => new(
        Path.GetFullPath(file.Header.Path),
        file.FileBytes,
        file.WrittenAt.Ticks,
        SHA256.HashData(file.HeaderBytes),
        layout.HeadForm,
        layout.Bytes,
        []);

    /// <summary>Whether the weights are those of a model in the form asked for.</summary>
    public bool IsFor(PackedFileHeader wanted) =>
        SourcePath == wanted.SourcePath
        && SourceBytes == wanted.SourceBytes
        && SourceTime == wanted.SourceTime
        && SourceHeader.AsSpan().SequenceEqual(wanted.SourceHeader)
        && HeadForm == wanted.HeadForm
        && BlockBytes == wanted.BlockBytes;

    /// <summary>Whether the model's file is still the one that these weights are of, by its size and time.</summary>
    /// <remarks>A path may be a link, as all in a cache of Hugging Face are: what counts is the file that it leads to.</remarks>
    /// <exception cref="IOException">The file is there, but cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public bool IsSourceThere()
    {
        try
        {
            using var file = File.OpenHandle(SourcePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return RandomAccess.GetLength(file) == SourceBytes && File.GetLastWriteTimeUtc(file).Ticks == SourceTime;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <exception cref="IOException">The path is too long for a header.</exception>
    public byte[] ToBytes()
    {
        var path = Encoding.UTF8.GetBytes(SourcePath);
        if (path.Length > Bytes - FixedBytes - HashBytes)
        {
            throw new PathTooLongException($"{SourcePath} is too long to be remembered.");
        }

        var bytes = new byte[Bytes];
        var rest = bytes.AsSpan();
        Magic.CopyTo(rest);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[8..], (uint)HeadForm);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[12..], (uint)path.Length);
        BinaryPrimitives.WriteInt64LittleEndian(rest[16..], SourceBytes);
        BinaryPrimitives.WriteInt64LittleEndian(rest[24..], SourceTime);
        BinaryPrimitives.WriteInt64LittleEndian(rest[32..], BlockBytes);
        SourceHeader.CopyTo(rest[40..]);
        BlockHash.CopyTo(rest[(40 + HashBytes)..]);
        path.CopyTo(rest[FixedBytes..]);
        SHA256.HashData(rest[..^HashBytes], rest[^HashBytes..]);
        return bytes;
    }

    /// <summary>Reads a header; null where it is none, of another version, or torn.</summary>
    public static PackedFileHeader? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Bytes || !bytes.StartsWith(Magic))
        {
            return null;
        }

        bytes = bytes[..Bytes];
        var pathBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        if (pathBytes > Bytes - FixedBytes - HashBytes || !SHA256.HashData(bytes[..^HashBytes]).AsSpan().SequenceEqual(bytes[^HashBytes..]))
        {
            return null;
        }

        return new PackedFileHeader(
            Encoding.UTF8.GetString(bytes.Slice(FixedBytes, (int)pathBytes)),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            bytes.Slice(40, HashBytes).ToArray(),
            (HeadForm)BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            bytes.Slice(40 + HashBytes, HashBytes).ToArray());
    }
}
