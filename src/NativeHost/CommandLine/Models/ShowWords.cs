using System.Globalization;

namespace NativeHost.CommandLine.Models;

/// <summary>What a person is told of a repository or a model.</summary>
internal static class ShowWords
{
    private const string Chosen = "*";

    private static readonly string[] Heading = ["", "MODEL", "BITS", "SIZE", "MEMORY", "FITS", "HERE"];
    private static readonly string[] FileHeading = ["FILE", "SIZE", "SHA-256"];

    public static IEnumerable<string> Of(ShownRepository repository)
    {
        List<(string Name, string Text)> facts = [];
        if (Kind(repository.Architecture, repository.Parameters, repository.ContextTokens) is { Length: > 0 } kind)
        {
            facts.Add(("model", kind));
        }

        facts.AddRange(Terms(repository.License, repository.Gated, repository.Offline));
        if (repository.Downloads is { } downloads)
        {
            facts.Add(("downloads", $"{Amounts.Count(downloads)} in the last 30 days"));
        }

        if (repository.OtherFiles.Count > 0)
        {
            facts.Add(("also there", string.Join(", ", repository.OtherFiles)));
        }

        if (repository.OtherFormats.Count > 0)
        {
            facts.Add(("also as", string.Join(", ", repository.OtherFormats)));
        }

        var lines = facts.Count > 0 ? TextTable.Facts(facts) : [];
        return repository.Quants.Count == 0 ? lines : [.. lines, "", .. TextTable.Lines(Heading, [.. repository.Quants.Select(quant => Row(quant, repository))]), .. Legend(repository)];
    }

    public static IEnumerable<string> Of(ShownModel model)
    {
        List<(string Name, string Text)> facts = [];
        if (model.Header is { } header)
        {
            facts.Add(("name", header.Name ?? "-"));
            facts.Add(("model", Kind(header.Architecture, header.Parameters, header.ContextTokens)));
            facts.Add(("layers", $"{header.Layers?.ToString(CultureInfo.InvariantCulture) ?? "-"}, {header.Vocabulary?.ToString("N0", CultureInfo.InvariantCulture) ?? "-"} words"));
            facts.Add(("chat", header.HasChatTemplate ? "has a template for conversations" : "has no template for conversations: it goes on with a text"));
            facts.Add(("weights", string.Join(", ", header.TensorTypes)));
        }

        facts.AddRange(Terms(model.License, model.Gated, model.Offline));
        facts.Add(("memory", Memory(model)));
        facts.Add(("here", Here(model)));
        if (model.Projector is { } projector)
        {
            facts.Add(("images", $"with {projector.Path}, {Amounts.Bytes(projector.Bytes)}"));
        }

        return [.. TextTable.Facts(facts), "", .. TextTable.Lines(FileHeading, [.. model.Files.Select(file => new[] { file.Path, Amounts.Bytes(file.Bytes), file.Sha256 ?? "-" })])];
    }

    private static string[] Row(ShownQuant quant, ShownRepository repository)
        =>
        [
            quant.Address == repository.Recommended ? Chosen : "",
            quant.Address[repository.Repo.Length..].TrimStart(':', '/'),
            quant.Bits is { } bits ? bits.ToString("0.0", CultureInfo.InvariantCulture) : "-",
            Amounts.Bytes(quant.Bytes),
            Amounts.Bytes(quant.MemoryBytes),
            quant.Problem is not null ? "not whole" : quant.Fits ? "yes" : "no",
            Here(quant.State, quant.BytesHere, quant.Bytes),
        ];

    private static IEnumerable<string> Legend(ShownRepository repository)
    {
        yield return "";
        if (repository.Recommended is not null)
        {
            yield return $"{Chosen} is what tabagent pull {repository.Repo} takes on this machine, where {Amounts.Bytes(repository.FreeMemoryBytes)} of memory are free.";
        }

        foreach (var quant in repository.Quants.Where(quant => quant.Problem is not null))
        {
            yield return quant.Problem!;
        }
    }

    private static IEnumerable<(string Name, string Text)> Terms(string? license, string? gated, bool isOffline)
    {
        if (isOffline)
        {
            yield return ("hub", "could not be asked; this is what is known here");
        }
        else
        {
            yield return ("licence", license is { Length: > 0 } ? license : "not named");
        }

        if (gated is not null)
        {
            yield return ("access", gated == "manual" ? "the authors let in whom they choose" : "for those who have accepted its terms");
        }
    }

    private static string Kind(string? architecture, long? parameters, long? contextTokens)
    {
        string?[] parts =
        [
            architecture,
            parameters is { } number ? $"{Amounts.Parameters(number)} parameters" : null,
            contextTokens is { } tokens ? $"context of {Amounts.Count(tokens)} tokens" : null,
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private static string Memory(ShownModel model)
        => $"{(model.MemoryConfidence == "exact" ? "" : "about ")}{Amounts.Bytes(model.MemoryBytes)} with a context of {Amounts.Count(model.MemoryContextTokens)} tokens; "
            + $"{Amounts.Bytes(model.FreeMemoryBytes)} are free{(model.Fits ? "" : ", which is too little")}";

    private static string Here(ShownModel model)
        => model.Path ?? (model.State == "none" ? $"no: tabagent pull {model.Address}" : Here(model.State, model.BytesHere, model.Bytes));

    private static string Here(string state, long bytesHere, long bytes)
        => state == "none" ? "-" : state == "partial" && bytes > 0 ? $"{(int)(bytesHere * 100.0 / bytes)} %" : state;
}
