using System.CommandLine;
using NativeHost.Hardware;
using NativeHost.Library;
using NativeHost.ModelCache;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Variants;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent show</c>: what a repository has, or what a model is, before or after it was pulled.</summary>
internal static class ShowCommand
{
    public static Command Create(LibraryVerbs verbs)
    {
        var address = new Argument<string>("model") { Description = "owner/name for all that a repository has; owner/name:QUANT or owner/name/file.gguf for one model." };
        var json = LibraryVerbs.JsonOption();
        var command = new Command(
            "show",
            """
            Tell what a repository of the hub has for this machine, or what one model is: of a model that is not here, only the first
            megabytes are fetched. What is here is told also without a network.
            """)
        {
            address,
            json,
        };
        command.SetAction((result, cancellationToken) => verbs.RunAsync(async library =>
        {
            var isJson = result.GetValue(json);
            var words = verbs.WordsBeside(isJson);
            await words.DrawAsync($"Asking {library.Settings.Endpoint.Host} ...");
            var meant = ModelAddress.Parse(result.GetValue(address)!, library.Settings.Endpoint);
            var (contents, description) = await ScanAsync(library, meant, cancellationToken);
            var look = new RepositoryLook(library, contents, description, meant.Revision, AvailableMemory.Bytes());
            if (meant is { Quant: null, File: null })
            {
                await TellAsync(verbs, await look.RepositoryAsync(cancellationToken), isJson);
            }
            else
            {
                var model = await look.ModelAsync(meant, cancellationToken);
                await TellAsync(verbs, model, isJson);
                if (model.HeaderProblem is { } problem)
                {
                    await verbs.ComplainAsync($"What the file says of itself could not be read. {problem}");
                }
            }

            return ExitCodes.Ok;
        }));
        return command;
    }

    /// <summary>What the hub says; what it said the last time, where it cannot be asked; else what is here.</summary>
    private static async Task<(RepoContents Contents, RepoDescription? Description)> ScanAsync(ModelLibrary library, ModelAddress address, CancellationToken cancellationToken)
    {
        try
        {
            return await library.Planner.ScanAsync(address.Repo, address.Revision, cancellationToken);
        }
        catch (ModelCacheException e) when (e.Fault is not (CacheFault.InvalidAddress or CacheFault.CacheUnusable))
        {
            if (library.Planner.ContentsHere(address.Repo, address.Revision).FirstOrDefault() is { Variants.Count: > 0 } here)
            {
                return (here, null);
            }

            throw;
        }
    }

    private static async Task TellAsync(LibraryVerbs verbs, ShownRepository repository, bool isJson)
    {
        if (isJson)
        {
            await verbs.WriteJsonAsync(repository, ModelsJson.Default.ShownRepository);
            return;
        }

        var words = verbs.WordsBeside(isJson);
        await words.WriteLineAsync(words.Heading($"{repository.Repo} at {repository.Commit[..7]}"));
        foreach (var line in ShowWords.Of(repository))
        {
            await words.WriteLineAsync(line);
        }

        if (repository.Reason is { } reason)
        {
            await words.WriteLineAsync(words.Warning(reason));
        }
    }

    private static async Task TellAsync(LibraryVerbs verbs, ShownModel model, bool isJson)
    {
        if (isJson)
        {
            await verbs.WriteJsonAsync(model, ModelsJson.Default.ShownModel);
            return;
        }

        var words = verbs.WordsBeside(isJson);
        await words.WriteLineAsync(words.Heading($"{model.Address} at {model.Commit[..7]}"));
        foreach (var line in ShowWords.Of(model))
        {
            await words.WriteLineAsync(line);
        }

        foreach (var problem in model.Header?.Problems ?? [])
        {
            await words.WriteLineAsync(words.Warning($"The file contradicts its name, and will not load: {problem}"));
        }
    }
}
