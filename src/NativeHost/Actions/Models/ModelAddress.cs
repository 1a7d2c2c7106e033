using System.Text.Json.Serialization;
using NativeHost.Messages;

namespace NativeHost.Actions.Models;

/// <summary>The fields by which a request may name a model; every generation of clients has its own.</summary>
internal abstract record ModelAddressed
{
    public string? ModelPath { get; init; }

    public string? Model { get; init; }

    [JsonPropertyName("model_name")]
    public string? ModelName { get; init; }

    public string? ModelId { get; init; }

    public string? RepoId { get; init; }

    public string? ModelFile { get; init; }

    public string? FileName { get; init; }

    /// <summary>The model as the client named it, a file field joined to its repository; null where it named none.</summary>
    [JsonIgnore]
    public string? Address
    {
        get
        {
            var model = FirstOf(ModelPath, Model, ModelName, ModelId, RepoId);
            var file = FirstOf(ModelFile, FileName);
            return (model, file) switch
            {
                (null, _) => file,
                (_, null) => model,
                _ => $"{model}/{file}",
            };
        }
    }

    private static string? FirstOf(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
        {
            if (!string.IsNullOrWhiteSpace(name))
            {
                return name.Trim();
            }
        }

        return null;
    }
}

/// <summary>Tells a model's file from a repository.</summary>
/// <param name="folders">
/// Absolute paths of the folders that relative names are looked up in, the first one first; a name found in none is taken to be
/// in the last.
/// </param>
internal sealed class ModelAddresses(params IReadOnlyList<string> folders)
{
    /// <summary>The file that an address means.</summary>
    /// <returns>An absolute path; whether there is a file is the loader's to find out.</returns>
    /// <exception cref="RequestException">It names a repository.</exception>
    public string FileOf(string address)
    {
        if (address.Contains('\0'))
        {
            throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: modelPath holds a NUL character.");
        }

        if (address.StartsWith("~/", StringComparison.Ordinal))
        {
            address = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), address[2..]);
        }

        if (Path.IsPathFullyQualified(address))
        {
            return Path.GetFullPath(address);
        }

        var places = folders.Select(folder => Path.GetFullPath(Path.Combine(folder, address))).ToList();
        if (places.Find(File.Exists) is { } found)
        {
            return found;
        }

        return !LooksLikeRepository(address)
            ? places[^1]
            : throw new RequestException(
                ErrorCode.RepositoryUnsupported,
                $"{address} names a repository. This version loads files: give modelPath as the absolute path of a .gguf file.");
    }

    private static bool LooksLikeRepository(string address)
        => address.Contains('/') && !address.StartsWith('.') && !address.Contains('\\') && !IsFileInFolder(address);

    // "folder/model.gguf": in a repository's address, the file comes behind two names.
    private static bool IsFileInFolder(string address)
        => address.IndexOf('/') == address.LastIndexOf('/') && address.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase);
}
