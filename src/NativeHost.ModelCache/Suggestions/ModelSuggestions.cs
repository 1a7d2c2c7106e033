using System.Text.Json;
using System.Text.RegularExpressions;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Suggestions;

/// <summary>The models that are suggested: those that come with the program, and those that the user has added.</summary>
/// <remarks>Safe to call from any thread. Several processes may add; who adds last wins.</remarks>
/// <param name="userFile">Absolute path of the user's own list; made with the first addition.</param>
public sealed partial class ModelSuggestions(string userFile)
{
    private const string DefaultTag = "default";
    private const string User = "user";
    private const int MostOfUser = 200;
    private const int MostText = 500;

    /// <summary>Bytes of the user's list: a client gets all models in one message, which has a limit.</summary>
    private const int MostBytes = 256 * 1024;

    private static readonly Lazy<IReadOnlyList<SuggestedModel>> BuiltIn = new(ReadBuiltIn);

    private readonly Lock _gate = new();

    /// <summary>All, the user's last; one of the user's replaces the built-in one of the same id.</summary>
    public IReadOnlyList<SuggestedModel> All()
    {
        var own = ReadOwn() ?? [];
        return [.. BuiltIn.Value.Where(model => !own.Any(other => IsSameId(other, model))), .. own];
    }

    /// <summary>Those of a type, in any letter case.</summary>
    public IReadOnlyList<SuggestedModel> OfType(string type)
        => [.. All().Where(model => model.ModelType.Equals(type, StringComparison.OrdinalIgnoreCase))];

    /// <summary>What somebody who has nothing should take; null where there is none of the type.</summary>
    public SuggestedModel? DefaultOf(string type)
    {
        var suggested = OfType(type).Where(model => model.IsSuggested).ToList();
        return suggested.Find(model => model.Tags.Contains(DefaultTag)) ?? suggested.MinBy(model => model.SizeGb);
    }

    /// <summary>Adds a model to the user's list, or replaces the one of the same id.</summary>
    /// <exception cref="ModelCacheException">A field is missing or wrong, or the list cannot be written.</exception>
    public void Add(SuggestedModel model)
    {
        Check(model);
        lock (_gate)
        {
            var before = ReadOwn() ?? throw new ModelCacheException(CacheFault.CacheUnusable, $"The list of models at {userFile} cannot be read, so nothing is added to it.");
            var own = before.Where(other => !IsSameId(other, model)).Append(model with { Source = User, IsDownloaded = false }).ToList();
            var json = JsonSerializer.SerializeToUtf8Bytes(new SuggestionFile { Models = own }, SuggestionsJson.Default.SuggestionFile);
            if (own.Count > MostOfUser || json.Length > MostBytes)
            {
                throw new ModelCacheException(CacheFault.InvalidAddress, $"The list of models is full: {MostOfUser} may be added, of {MostBytes} bytes together.");
            }

            Write(json);
        }
    }

    private static void Check(SuggestedModel model)
    {
        if (!IdShape().IsMatch(model.Id))
        {
            throw Invalid("id has 1 to 128 letters, digits, dots, dashes and underscores");
        }

        if (string.IsNullOrWhiteSpace(model.Name) || string.IsNullOrWhiteSpace(model.ModelType))
        {
            throw Invalid("name and model_type are required");
        }

        if (!RepoId.TryParse(model.RepoId, out _))
        {
            throw Invalid("repo_id is owner/name");
        }

        if (model.FilePath is { } path && !RepoPath.IsSafe(path))
        {
            throw Invalid("file_path is a file of the repository");
        }

        if (!(model.SizeGb >= 0 && double.IsFinite(model.SizeGb)))
        {
            throw Invalid("size_gb is 0 or more");
        }

        if (new[] { model.Name, model.ModelType, model.Description, model.DefaultQuant, model.License }.Concat(model.Tags).Any(text => text?.Length > MostText))
        {
            throw Invalid($"its texts have at most {MostText} characters");
        }
    }

    private static ModelCacheException Invalid(string what) => new(CacheFault.InvalidAddress, $"Invalid model format: {what}.");

    private static bool IsSameId(SuggestedModel one, SuggestedModel other) => one.Id.Equals(other.Id, StringComparison.OrdinalIgnoreCase);

    private static IReadOnlyList<SuggestedModel> ReadBuiltIn()
    {
        using var stream = typeof(ModelSuggestions).Assembly.GetManifestResourceStream("suggestions.json")!;
        return JsonSerializer.Deserialize(stream, SuggestionsJson.Default.SuggestionFile)!.Models;
    }

    /// <summary>The user's list. One that is damaged is no reason to have no suggestions; the next addition replaces it.</summary>
    /// <returns>Null where it is there and cannot be read.</returns>
    private IReadOnlyList<SuggestedModel>? ReadOwn()
    {
        try
        {
            using var stream = File.OpenRead(userFile);
            return JsonSerializer.Deserialize(stream, SuggestionsJson.Default.SuggestionFile)?.Models ?? [];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Write(byte[] json)
    {
        var temporary = $"{userFile}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(userFile)!);
            File.WriteAllBytes(temporary, json);
            File.Move(temporary, userFile, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelCacheException(CacheFault.CacheUnusable, $"The list of models at {userFile} cannot be written: {e.Message}", e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z")]
    private static partial Regex IdShape();
}
