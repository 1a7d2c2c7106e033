using LiteDB;
using LiteDB.Engine;
using NativeHost.Storage.Retention;

namespace NativeHost.Storage.Database;

/// <summary>Makes data files.</summary>
internal static class DataFiles
{
    /// <summary>The version of the schema that this program writes. docs/decisions/0020-conversations.md has its history.</summary>
    public const int Schema = 1;

    private const string UserVersion = "USER_VERSION";

    /// <summary>Makes a data file and fills it; what is there is replaced, and whatever happens, a file at the path has all that <paramref name="fill"/> stores.</summary>
    /// <param name="files">Of the store.</param>
    /// <param name="openFile">Opens a file, and makes it.</param>
    /// <param name="path">Of the new data file.</param>
    /// <param name="fill">Stores what it begins with; the tables have their indexes.</param>
    public static void Make(StoreFiles files, Func<string, IStoreFile> openFile, string path, Action<Tables> fill)
    {
        File.Delete(files.Building);
        using (var file = openFile(files.Building))
        using (var pages = new PageFile(file) { IsWritable = true })
        {
            using (var engine = Open(pages, new MemoryStream()))
            {
                // Checkpoints are ours to begin: before one, the log has to be on the disk.
                engine.Pragma("CHECKPOINT", 0);
                engine.Pragma(UserVersion, Schema);
                var tables = new Tables(engine, static _ => RetentionLimits.None);
                tables.MakeIndexes();
                fill(tables);
                engine.Checkpoint();
            }

            file.Flush();
        }

        File.Move(files.Building, path, overwrite: true);
        files.FlushNames();
    }

    /// <summary>LiteDB over two streams, which it does not close. Texts are compared byte by byte.</summary>
    public static LiteEngine Open(Stream pages, Stream log)
        => new(new EngineSettings { DataStream = pages, LogStream = log, Collation = Collation.Binary });
}
