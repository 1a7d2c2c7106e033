using NativeHost.Hardware.Planning;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.ModelCache.Variants;

namespace NativeHost.Actions.Models;

/// <summary>Tells a model's file from a repository.</summary>
/// <param name="library">Asked where a repository is named.</param>
/// <param name="folders">
/// Absolute paths of the folders that relative names are looked up in, the first one first; a name found in none is taken to be
/// in the last.
/// </param>
internal sealed class ModelAddresses(Lazy<ModelLibrary> library, params IReadOnlyList<string> folders)
{
    /// <summary>What an address means.</summary>
    /// <returns>Either the absolute path of a file, which need not be there, or an address in a repository.</returns>
    /// <exception cref="RequestException">It cannot be one.</exception>
    /// <exception cref="ModelCache.ModelCacheException">It is meant as the address of a repository, and is wrong.</exception>
    public (string? File, ModelAddress? Repository) Read(string address)
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
            return (Path.GetFullPath(address), null);
        }

        var places = folders.Select(folder => Path.GetFullPath(Path.Combine(folder, address))).ToList();
        return places.Find(File.Exists) is { } found ? (found, null)
            : ModelAddress.Read(address, library.Value.Settings.Endpoint) is { } repository ? (null, repository)
            : (places[^1], null);
    }

    /// <summary>The name on the wire of the model that an address means: one that is loaded or is to come back, else one that is on this machine.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    /// <inheritdoc cref="Read"/>
    public string NameOf(string address, ModelShelf shelf)
        => FindName(address, shelf) ?? throw new RequestException(ErrorCode.ModelNotLoaded, $"Model not loaded: {address}");

    /// <summary>The same for who may not wait for a disk: what is no absolute path is looked up on another thread.</summary>
    /// <inheritdoc cref="NameOf"/>
    public Task<string> LookUpAsync(string address, ModelShelf shelf)
        => Path.IsPathFullyQualified(address) ? Task.FromResult(NameOf(address, shelf)) : Task.Run(() => NameOf(address, shelf));

    /// <summary>The same; null where a repository is meant of which nothing is loaded or on this machine.</summary>
    /// <inheritdoc cref="Read"/>
    public string? FindName(string address, ModelShelf shelf)
    {
        var (file, repository) = Read(address);
        return file
            ?? shelf.NameOfLoaded(repository!)
            ?? shelf.NameOfEvicted(repository!)
            ?? (library.Value.Planner.FindHere(repository!, freeBytes: null, new PlanSettings()) is { } plan ? ModelName.Of(repository!, plan) : null);
    }
}
