using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace NativeHost.ModelCache.Store;

/// <summary>What is remembered about a cache outside of it: how its repositories looked at the last scan, and what its user does with models.</summary>
/// <remarks>
/// Two files in a folder that is named after the cache. The first, <c>scan</c>, only saves time: a line with the XXH64 of what follows, and
/// that as JSON. The second, <c>notes.json</c>, is changed under a lock. Either can be removed or damaged at any time, and is then begun anew. Any thread and any process may use them.
/// </remarks>
public sealed class Catalogue
{
    // Sixteen digits and the line's end.
    private const int HashLineBytes = 17;

    private readonly string _folder;
    private readonly string _root;
    private readonly TimeProvider _time;

    /// <param name="folder">Where catalogues are kept; made when it is needed.</param>
    public Catalogue(string folder, HubCache cache, TimeProvider time)
    {
        var name = Convert.ToHexStringLower(XxHash64.Hash(Encoding.UTF8.GetBytes(cache.Root)));
        (_folder, _root, _time) = (Path.Combine(folder, "catalog", name), cache.Root, time);
    }

    private string ScanFile => Path.Combine(_folder, "scan");

    private string NotesFile => Path.Combine(_folder, "notes.json");

    /// <summary>What is known of the use of models.</summary>
    public IReadOnlyList<ModelNote> ReadNotes() => Parse(TryRead(NotesFile), CatalogueJson.Default.ListModelNote)?.OfType<ModelNote>().ToList() ?? [];

    /// <summary>Changes what is known of one model.</summary>
    /// <param name="change">Gets what is known, or a note that says nothing.</param>
    /// <exception cref="ModelCacheException">It cannot be written.</exception>
    public async Task NoteAsync(ModelKey model, Func<ModelNote, ModelNote> change, CancellationToken cancellationToken)
    {
        using (await FileLock.TakeAsync(Path.Combine(_folder, "notes.lock"), _time, cancellationToken))
        {
            List<ModelNote> notes = [.. ReadNotes()];
            var index = notes.FindIndex(note => note.Model == model);
            var changed = change(index < 0 ? new ModelNote(model) : notes[index]);
            if (index < 0)
            {
                notes.Add(changed);
            }
            else
            {
                notes[index] = changed;
            }

            Write(NotesFile, JsonSerializer.SerializeToUtf8Bytes(notes, CatalogueJson.Default.ListModelNote));
        }
    }

    internal Dictionary<string, ScannedRepository> ReadScan()
    {
        var bytes = TryRead(ScanFile);
        if (bytes.Length <= HashLineBytes || !bytes.AsSpan(0, HashLineBytes).SequenceEqual(HashLine(bytes.AsSpan(HashLineBytes))))
        {
            return [];
        }

        var scan = Parse(bytes.AsSpan(HashLineBytes), CatalogueJson.Default.ScanRecord);
        return scan is not null && scan.Root == _root && scan.Version == ScanRecord.CurrentVersion ? scan.Repositories : [];
    }

    /// <summary>Does nothing where it cannot: the next scan then takes longer.</summary>
    internal void WriteScan(Dictionary<string, ScannedRepository> repositories)
    {
        try
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(new ScanRecord(ScanRecord.CurrentVersion, _root, repositories), CatalogueJson.Default.ScanRecord);
            Write(ScanFile, [.. HashLine(json), .. json]);
        }
        catch (ModelCacheException)
        {
            // A disk that is full or may not be written keeps nobody from seeing what is there.
        }
    }

    private static byte[] HashLine(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(XxHash64.Hash(bytes))}\n");

    private static byte[] TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static T? Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Write(string path, byte[] bytes)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                File.WriteAllBytes(temporary, bytes);
                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFault.Unusable(path, e);
        }
    }
}
