using System.Text.Json;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>A model file that another program keeps.</summary>
/// <param name="Tool">The program's name.</param>
/// <param name="Name">What the program calls the model; never a path of this disk.</param>
/// <param name="Path">Of the file itself, not of a link to it.</param>
/// <param name="Named">What its bytes are, by its name; null where the name does not say. Nobody verified it.</param>
public sealed record ForeignModel(string Tool, string Name, string Path, FileLook Look, ContentId? Named);

/// <summary>Finds the models that other programs keep on this machine. Reads only, and only names and sizes; what it cannot read is not there.</summary>
/// <param name="ownRoot">The cache that is ours, where nothing is foreign.</param>
public sealed class ForeignModels(IReadOnlyList<ForeignPlace> places, string ownRoot)
{
    private const int MaxDepth = 8;
    private const int MaxFiles = 100_000;
    private const int MaxManifestBytes = 1024 * 1024;
    private const string OllamaBlobPrefix = "sha256-";
    private const string OllamaModelLayer = "application/vnd.ollama.image.model";

    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = true,
        RecurseSubdirectories = false,
    };

    /// <summary>All of them, each file once.</summary>
    public IReadOnlyList<ForeignModel> Find(CancellationToken cancellationToken)
        => [.. places.SelectMany(place => FindIn(place)).TakeWhile(_ => !cancellationToken.IsCancellationRequested).DistinctBy(model => model.Path)];

    private IEnumerable<ForeignModel> FindIn(ForeignPlace place) => IsOwn(place.Folder) ? [] : place.Layout switch
    {
        ForeignLayout.Ollama => FindOllama(place),
        ForeignLayout.Hub => FindHub(place),
        _ => FindFiles(place),
    };

    private IEnumerable<ForeignModel> FindFiles(ForeignPlace place)
        => FilesBelow(place.Folder, MaxDepth)
            .Where(file => file.Extension.Equals(".gguf", StringComparison.OrdinalIgnoreCase))
            .Select(file => Model(place, Path.GetRelativePath(place.Folder, file.FullName), file.FullName, named: null))
            .OfType<ForeignModel>();

    private IEnumerable<ForeignModel> FindOllama(ForeignPlace place)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var manifests = Path.Combine(place.Folder, "manifests");
        foreach (var manifest in FilesBelow(manifests, MaxDepth))
        {
            if (ModelLayerOf(manifest) is { } layer)
            {
                names.TryAdd(layer.Hex, Path.GetRelativePath(manifests, manifest.FullName));
            }
        }

        // What no manifest names is no model that Ollama would still show, but has its bytes all the same; what is not a model is small.
        return FilesBelow(Path.Combine(place.Folder, "blobs"), depth: 0)
            .Where(file => file.Name.StartsWith(OllamaBlobPrefix, StringComparison.Ordinal))
            .Select(file => ContentId.TryParse(file.Name[OllamaBlobPrefix.Length..], out var content) && content.IsSha256
                ? Model(place, names.GetValueOrDefault(content.Hex, content.Hex), file.FullName, content)
                : null)
            .OfType<ForeignModel>();
    }

    private IEnumerable<ForeignModel> FindHub(ForeignPlace place)
        => FoldersIn(place.Folder)
            .Where(folder => folder.Name.StartsWith("models--", StringComparison.Ordinal))
            .SelectMany(folder => FilesBelow(Path.Combine(folder.FullName, "blobs"), depth: 0)
                .Select(file => ContentId.TryParse(file.Name, out var content) && content.IsSha256
                    ? Model(place, folder.Name["models--".Length..].Replace("--", "/", StringComparison.Ordinal), file.FullName, content)
                    : null))
            .OfType<ForeignModel>();

    /// <summary>Whether a folder is the cache itself, perhaps by another path.</summary>
    private bool IsOwn(string folder)
    {
        try
        {
            // The dot follows the links on the way, and the last one.
            var end = Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder;
            return FileIdentity.AreSame(Path.Join(end, "."), Path.Join(ownRoot, "."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private ForeignModel? Model(ForeignPlace place, string name, string path, ContentId? named)
    {
        try
        {
            // A link is as good as its end, unless that is our own file.
            var end = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            var isOwn = end.StartsWith(ownRoot + Path.DirectorySeparatorChar, StringComparison.Ordinal);
            return !isOwn && FileLook.Of(end) is { Length: > 0 } look
                ? new ForeignModel(place.Tool, StoreFault.Printable(name.Replace('\\', '/')), end, look, named)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Of a manifest: <c>{"layers": [{"mediaType", "digest": "sha256:…"}]}</c>.</summary>
    private static ContentId? ModelLayerOf(FileInfo manifest)
    {
        try
        {
            if (manifest.Length is 0 or > MaxManifestBytes)
            {
                return null;
            }

            using var json = JsonDocument.Parse(File.ReadAllBytes(manifest.FullName));
            foreach (var layer in json.RootElement.GetProperty("layers").EnumerateArray())
            {
                if (layer.GetProperty("mediaType").GetString() == OllamaModelLayer
                    && layer.GetProperty("digest").GetString()?.Split(':') is ["sha256", var hex]
                    && ContentId.TryParse(hex, out var content))
                {
                    return content;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // A file that is none, or of a version to come.
        }

        return null;
    }

    private static List<DirectoryInfo> FoldersIn(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? [.. new DirectoryInfo(folder).EnumerateDirectories("*", Everything)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Files in a folder and in those below it that are no links.</summary>
    private static List<FileInfo> FilesBelow(string folder, int depth)
    {
        var files = new List<FileInfo>();
        Add(new DirectoryInfo(folder), depth);
        return files;

        void Add(DirectoryInfo from, int left)
        {
            try
            {
                foreach (var entry in from.EnumerateFileSystemInfos("*", Everything))
                {
                    if (files.Count >= MaxFiles)
                    {
                        return;
                    }

                    if (entry is FileInfo file)
                    {
                        files.Add(file);
                    }
                    else if (left > 0 && entry.LinkTarget is null)
                    {
                        Add((DirectoryInfo)entry, left - 1);
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is not there, or not ours to read.
            }
        }
    }
}
