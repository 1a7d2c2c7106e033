using LiteDB;
using LiteDB.Engine;

namespace NativeHost.Storage.Database;

/// <summary>Opens data files.</summary>
internal static class DataFiles
{
    /// <summary>The version of the schema that this program writes. docs/decisions/0020-conversations.md has its history.</summary>
    public const int Schema = 2;

    /// <summary>LiteDB over two streams, which it does not close. Texts are compared byte by byte.</summary>
    public static LiteEngine Open(Stream pages, Stream log)
        => new(new EngineSettings { DataStream = pages, LogStream = log, Collation = Collation.Binary });

    /// <summary>What a data file says of itself.</summary>
    /// <exception cref="DamagedFileException">It says nothing that could be understood.</exception>
    public static DataHeader HeaderOf(IStoreFile file)
    {
        var page = new byte[PageFormat.PageSize];
        return file.Read(page, 0) == page.Length && PageFormat.TryUnseal(page) && PageFormat.HeaderOf(page) is { } header
            ? header
            : throw new DamagedFileException("The file does not begin as it should.");
    }
}
