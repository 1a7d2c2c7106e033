using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NativeHost.Routing;
using NativeHost.Routing.Later;

namespace NativeHost.Tests.Protocol;

/// <summary>The parts of docs/PROTOCOL.md that are made from the code; persons write what stands between them.</summary>
internal sealed class MarkdownParts
{
    private readonly ProtocolModel _model;
    private readonly IReadOnlyDictionary<string, Transcript> _transcripts;
    private readonly MarkdownFields _fields;

    // Actions that differ by nothing but their name have one section.
    private readonly List<IGrouping<(WireShape, string?, string), WireAction>> _sections;

    public MarkdownParts(ProtocolModel model, IReadOnlyDictionary<string, Transcript> transcripts)
    {
        (_model, _transcripts) = (model, transcripts);
        _sections = [.. model.Actions.GroupBy(action => (action.Request, action.Reply.Name, string.Join(',', action.Reply.Fields.Select(field => field.Name))))];
        _fields = new MarkdownFields(
            [
                .. _sections.SelectMany(section => section.First() is var action ? action.Request.Fields.Concat(action.Reply.Fields) : []),
                .. model.Error.Fields,
                .. model.Events.Select(type => new WireField("payload", new WireType.Object(type.Payload), "", true, false, null, [])),
            ]);
    }

    /// <summary>Each part by the name that its place in the document has.</summary>
    public IReadOnlyDictionary<string, string> All => new Dictionary<string, string>
    {
        ["head"] = _fields.RequestTable(_model.Head.Fields),
        ["actions"] = Overview(),
        ["settings"] = Lines(_model.Settings.Select(settings => $"#### {settings.Name}\n\n{settings.Meaning}\n\n{_fields.RequestTable(settings.Fields)}")),
        ["grants"] = Table(["grant", "needed for"], _model.Grants.Select(grant => new[] { $"`{grant.Grant}`", grant.Meaning })),
        ["events"] = Lines(_model.Events.Select(Event)),
        ["errors"] = Errors(),
        ["messages"] = Lines(_sections.OrderBy(Title, StringComparer.Ordinal).Select(Section)),
        ["shapes"] = Lines(_fields.Shared.OrderBy(shape => shape.Name, StringComparer.Ordinal).Select(Shape)),
        ["routes"] = Routes(),
        ["coverage"] = OriginalActions.Table(_model, _transcripts),
    };

    /// <summary>A table of Markdown.</summary>
    public static string Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder();
        Row(heads);
        Row([.. heads.Select(_ => "---")]);
        foreach (var row in rows)
        {
            Row([.. row.Select(cell => cell.Replace("|", @"\|", StringComparison.Ordinal))]);
        }

        return text.ToString().TrimEnd('\n');

        void Row(IReadOnlyList<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    private static string Lines(IEnumerable<string> parts) => string.Join("\n\n", parts);

    private static string Title(IEnumerable<WireAction> section) => string.Join(", ", section.Select(action => $"`{action.Name}`"));

    private static string Anchor(IEnumerable<WireAction> section) => string.Join('-', section.Select(action => action.Name));

    private string Overview()
        => Table(
            ["about", "action", "meaning"],
            _sections.OrderBy(section => section.First().Area, StringComparer.Ordinal).ThenBy(Title, StringComparer.Ordinal)
                .Select(section => new[] { section.First().Area.ToLowerInvariant(), $"[{Title(section)}](#{Anchor(section)})", section.First().Request.Meaning }));

    private string Section(IGrouping<(WireShape, string?, string), WireAction> section)
    {
        var action = section.First();
        var text = new StringBuilder($"### {Title(section)}\n\n{action.Request.Meaning}\n");
        List<string> facts = [];
        if (action.Lane is not (Lane.Free or Lane.Quick))
        {
            facts.Add($"Order: {Decapitalized(_model.MeaningOf(action.Lane))}");
        }

        if (action.Stoppable != Stoppable.Never)
        {
            facts.Add($"`stop_generation` ends it{(action.Stoppable == Stoppable.ByName ? " where it is named" : "")}.");
        }

        if (action.Types.Count > 0)
        {
            facts.Add($"The answer's `type` is {MarkdownFields.OneOf(action.Types)}.");
        }

        if (action.ErrorType is { } type)
        {
            facts.Add($"Errors have the `type` `{type}`.");
        }

        if (action.Events.Count > 0)
        {
            facts.Add($"Events: {string.Join(", ", action.Events.Select(known => $"[`{known.Type}`](#{known.Type.ToLowerInvariant()})"))}.");
        }

        if (facts.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{string.Join(" ", facts)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{(action.Request.Fields.Count == 0 ? "The request has no fields of its own." : _fields.RequestTable(action.Request.WithNeeds))}\n");
        foreach (var needed in action.Request.Needs.Where(needed => needed.Count > 1))
        {
            text.Append(CultureInfo.InvariantCulture, $"\nRequired: {MarkdownFields.OneOf([.. needed.Select(field => field.Name)])}.\n");
        }

        if (action.Request.Also.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nBeside these fields it takes, as in `settings`, those of {string.Join(" and ", action.Request.Also.Select(MarkdownFields.Link))}.\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{(action.Reply.Fields.Count == 0 ? "The answer has no fields of its own." : _fields.AnswerTable(action.Reply.Fields))}\n");
        if (ExampleOf(section) is { } example)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n```json\n{example}\n```\n");
        }

        return text.ToString().TrimEnd('\n');
    }

    // A request and its answer, as they were recorded; the first that succeeded.
    private string? ExampleOf(IEnumerable<WireAction> section)
    {
        var exchanges = section.SelectMany(action => _transcripts.GetValueOrDefault(action.Name)?.Exchanges ?? []).Where(exchange => exchange is { Final: not null, Route: null }).ToList();
        var shown = exchanges.Find(exchange => exchange.IsSuccess) ?? exchanges.FirstOrDefault();
        return shown is null ? null : $"{JsonLayout.Of(shown.Request)}\n{JsonLayout.Of(Shortened(shown.Final!.DeepClone()))}";
    }

    // Lists are cut to their first item, objects by name too.
    private static JsonNode Shortened(JsonNode node)
    {
        switch (node)
        {
            case JsonArray array:
                while (array.Count > 1)
                {
                    array.RemoveAt(array.Count - 1);
                }

                break;
            case JsonObject map when map.Count > 3 && map.All(member => member.Value is JsonObject):
                foreach (var (name, _) in map.Skip(1).ToList())
                {
                    map.Remove(name);
                }

                break;
        }

        IEnumerable<JsonNode?> inner = node switch
        {
            JsonArray array => array,
            JsonObject map => map.Select(member => member.Value),
            _ => [],
        };
        foreach (var child in inner.OfType<JsonNode>())
        {
            Shortened(child);
        }

        return node;
    }

    private string Event(WireEvent type)
        => $"### `{type.Type}`\n\n{type.Meaning}\n\n{_fields.AnswerTable([new WireField("payload", new WireType.Object(type.Payload), "", true, false, null, [])])}";

    private string Errors()
        => Lines(
        [
            Table(["code", "meaning"], _model.ErrorCodes.Select(code => new[] { $"`{code.Code}`", code.Meaning })),
            _fields.AnswerTable(_model.Error.Fields),
        ]);

    // With the first recorded exchange of one that has something of everything.
    private string Routes()
    {
        var example = _transcripts.Values.SelectMany(transcript => transcript.Exchanges).FirstOrDefault(exchange => exchange is { Route: "chat", Final: not null });
        return Lines(
        [
            Table(["route", "answered by"], LaterRoutes.All.OrderBy(route => route.Name, StringComparer.Ordinal).Select(route => new[] { $"`{route.Name}`", $"`{route.Action}`" })),
            .. example is null ? [] : new[] { $"```json\n{JsonLayout.Of(example.Request)}\n{JsonLayout.Of(example.Final)}\n```" },
        ]);
    }

    private string Shape(WireShape shape) => $"### {shape.Name}\n\n{(shape.Meaning.Length > 0 ? $"{shape.Meaning}\n\n" : "")}{_fields.AnswerTable(shape.Fields)}";

    private static string Decapitalized(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
