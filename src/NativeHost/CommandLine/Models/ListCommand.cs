using System.CommandLine;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.ModelCache.Store;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent list</c>: the models on this machine.</summary>
internal static class ListCommand
{
    private static readonly string[] Heading = ["MODEL", "SIZE", "STATE", "USED"];
    private static readonly string[] OthersHeading = ["PROGRAM", "MODEL", "SIZE"];

    public static Command Create(LibraryVerbs verbs, TimeProvider time)
    {
        var json = LibraryVerbs.JsonOption();
        var all = new Option<bool>("--all")
        {
            Description = "Also what LM Studio, Ollama and llama.cpp keep elsewhere, which is linked to instead of downloaded, and what the host before this one left.",
        };
        var command = new Command("list", "List the models in the cache, whichever tool has downloaded them.") { json, all };
        command.SetAction((result, cancellationToken) => verbs.RunAsync(async library =>
        {
            var contents = library.Scan.Read(cancellationToken);
            var notes = library.Catalogue.ReadNotes();
            var isAll = result.GetValue(all);
            var outcome = new ListOutcome(
                library.Cache.Root,
                contents.BytesOnDisk,
                [.. CachedModel.AllOf(contents).Select(model => Of(model, library, notes))],
                isAll ? [.. library.Foreign.Find(cancellationToken).Select(model => new OtherProgramsModel(model.Tool, model.Name, model.Look.Length, model.Path))] : null,
                isAll ? library.FindOldStores() : null,
                contents.Problems);
            if (result.GetValue(json))
            {
                await verbs.WriteJsonAsync(outcome, ModelsJson.Default.ListOutcome);
            }
            else
            {
                foreach (var line in Describe(outcome, time.GetUtcNow()))
                {
                    await verbs.WordsBeside(isJson: false).WriteLineAsync(line);
                }
            }

            foreach (var problem in contents.Problems)
            {
                await verbs.ComplainAsync(problem);
            }

            return ExitCodes.Ok;
        }));
        return command;
    }

    private static ListedModel Of(CachedModel model, ModelLibrary library, IReadOnlyList<ModelNote> notes) => new(
        model.Address,
        model.Repo.ToString(),
        model.Quant?.Text,
        model.Commit,
        model.Path,
        model.FileCount,
        model.Files.Count,
        model.Bytes,
        model.BytesHere,
        WireWord.Of(model.State),
        notes.FirstOrDefault(note => note.Model == new ModelKey(model.Repo, model.Quant?.Text))?.LastUsed,
        model.State is CachedFileState.Verified or CachedFileState.Unverified ? library.Cache.Find(model.Repo, model.Commit, model.Path) : null);

    private static IEnumerable<string> Describe(ListOutcome outcome, DateTimeOffset now)
    {
        if (outcome.Models.Count == 0)
        {
            yield return $"There is no model in {outcome.Folder}. Get one: tabagent pull unsloth/Qwen3-1.7B-GGUF";
        }
        else
        {
            foreach (var line in TextTable.Lines(Heading, [.. outcome.Models.Select(model => Row(model, now))]))
            {
                yield return line;
            }

            yield return "";
            yield return $"{outcome.Models.Count} model{(outcome.Models.Count == 1 ? "" : "s")}; {Amounts.Bytes(outcome.BytesOnDisk)} in {outcome.Folder}";
        }

        foreach (var line in Elsewhere(outcome))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Elsewhere(ListOutcome outcome)
    {
        if (outcome.OtherPrograms is { Count: > 0 } others)
        {
            yield return "";
            yield return "Other programs have these. When you pull one of them, it is linked to and not downloaded.";
            foreach (var line in TextTable.Lines(OthersHeading, [.. others.Select(other => new[] { other.Program, other.Name, Amounts.Bytes(other.Bytes) })]))
            {
                yield return line;
            }
        }
        else if (outcome.OtherPrograms is not null)
        {
            yield return "LM Studio, Ollama and llama.cpp have no models here.";
        }

        foreach (var store in outcome.OldStores ?? [])
        {
            yield return "";
            yield return $"The host before this one left {Amounts.Bytes(store.Bytes)} in {store.Folder}. Nothing reads them any more: pull the models anew, and delete the folder.";
        }
    }

    private static string[] Row(ListedModel model, DateTimeOffset now)
        =>
        [
            model.Model,
            Amounts.Bytes(model.Bytes),
            model.FilesHere < model.Files ? $"{model.State}, {model.FilesHere} of {model.Files} files"
                : model.State == "partial" && model.Bytes > 0 ? $"partial, {(int)(model.BytesHere * 100.0 / model.Bytes)} %" : model.State,
            model.LastUsed is { } used ? Amounts.Ago(now - used) : "-",
        ];
}
