using System.Reflection;
using System.Security.Cryptography;

namespace NativeHost;

/// <summary>A model inside the executable, which has to become a file before an engine can open it.</summary>
/// <remarks>Any thread may ask, and several processes at once.</remarks>
internal sealed class ShippedModel
{
    private const int HashDigitsOfName = 16;

    private readonly string _resourceName;

    private ShippedModel(string resourceName) => _resourceName = resourceName;

    /// <summary>The small story model of the demo.</summary>
    public static ShippedModel Story { get; } = new("demo-model.gguf");

    /// <summary>The embedding model for callers who have loaded no other, and for stored messages.</summary>
    public static ShippedModel Embedding { get; } = new("embedding-model.gguf");

    /// <summary>Writes the model into the user's cache folder, where it is not there already.</summary>
    /// <inheritdoc cref="UnpackAsync(string, CancellationToken)"/>
    public Task<string> UnpackAsync(CancellationToken cancellationToken) => UnpackAsync(AppFolders.Cache(), cancellationToken);

    /// <summary>Writes the model into a folder, where it is not there already. Reads the file whole, so it is for loads, not for each use.</summary>
    /// <param name="folder">Made where it is not there.</param>
    /// <returns>The path of a file that is the model to the byte; another version of the model has another name.</returns>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public async Task<string> UnpackAsync(string folder, CancellationToken cancellationToken)
    {
        await using var model = Assembly.GetExecutingAssembly().GetManifestResourceStream(_resourceName)
            ?? throw new InvalidOperationException($"The executable was built without its {_resourceName}.");
        var hash = await SHA256.HashDataAsync(model, cancellationToken);
        var name = $"{Path.GetFileNameWithoutExtension(_resourceName)}-{Convert.ToHexStringLower(hash)[..HashDigitsOfName]}.gguf";
        var path = Path.Combine(folder, name);
        if (!await IsModelAsync(path, hash, cancellationToken))
        {
            Directory.CreateDirectory(folder);
            model.Position = 0;
            await WriteAsync(model, path, hash, cancellationToken);
        }

        return path;
    }

    private static async Task<bool> IsModelAsync(string path, byte[] hash, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        return (await SHA256.HashDataAsync(file, cancellationToken)).AsSpan().SequenceEqual(hash);
    }

    /// <summary>Writes a file beside its place and then moves it there, so that no one ever opens half of it.</summary>
    private static async Task WriteAsync(Stream model, string path, byte[] hash, CancellationToken cancellationToken)
    {
        var partial = $"{path}.{Path.GetRandomFileName()}.partial";
        try
        {
            await using (var file = File.Create(partial))
            {
                await model.CopyToAsync(file, cancellationToken);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Windows replaces no file that someone has open; another process may have been quicker, and have its own open by now.
            if (!await IsModelAsync(path, hash, cancellationToken))
            {
                throw;
            }
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
