using System.Text;

namespace NativeHost.Tests.Protocol;

/// <summary>The protocol as a TypeScript declaration file.</summary>
internal sealed class TypeScriptDeclarations(ProtocolModel model)
{
    private const int Width = 140;

    private readonly StringBuilder _text = new();
    private readonly SortedDictionary<string, (WireShape Shape, bool IsRequest)> _shapes = new(StringComparer.Ordinal);

    public override string ToString()
    {
        _text.Append("// The messages of the TabAgent native host. Generated from its code: docs/adding-an-action.md says how.\n");
        Constants();
        Frames();
        foreach (var type in model.Events)
        {
            Comment("", [type.Meaning]);
            Interface(
                type.Name,
                "EventFrame",
                [new("type", new WireType.Words([type.Type]), "", true, false, null, []), new("payload", new WireType.Object(type.Payload), "", true, false, null, [])],
                isRequest: false);
        }

        foreach (var action in model.Actions.DistinctBy(action => action.Request.Name).OrderBy(action => action.Request.Name, StringComparer.Ordinal))
        {
            Request(action.Request);
        }

        foreach (var reply in model.Actions.Select(action => action.Reply).Where(reply => reply.Name is not null).DistinctBy(reply => reply.Name).OrderBy(reply => reply.Name, StringComparer.Ordinal))
        {
            Blank();
            Interface(reply.Name!, null, reply.Fields, isRequest: false);
        }

        foreach (var settings in model.Settings)
        {
            Comment("", [settings.Meaning]);
            Interface(settings.Name, null, settings.Fields, isRequest: true);
        }

        Maps();
        Shapes();
        return _text.ToString();
    }

    private void Constants()
    {
        Comment("", ["The client's name of a request."]);
        _text.Append("export type RequestId = string | number;\n");
        Comment("", ["Why a request failed. Codes are only ever added."]);
        _text.Append("export type ErrorCode =\n");
        foreach (var (code, meaning) in model.ErrorCodes)
        {
            if (meaning.Length > 0)
            {
                Comment("  ", [meaning], isFirst: true);
            }

            _text.Append("  | \"").Append(code).Append("\"\n");
        }

        _text.Length--;
        _text.Append(";\n");
    }

    private void Frames()
    {
        Comment("", [model.Head.Meaning.Length > 0 ? "What every request may have, beside its action." : ""]);
        Interface("RequestHead", null, [.. model.Head.Fields.Where(field => field.Name != "action")], isRequest: true);
        Comment("", ["A final frame of a request that succeeded; each action adds its own fields."]);
        Interface("Success", null, [.. FinalFields("success")], isRequest: false);
        Comment("", [model.Error.Meaning]);
        Interface("ErrorReply", null, [.. FinalFields("error", "auth_required"), .. model.Error.Fields.Where(field => model.Final.Fields.All(common => common.Name != field.Name))], isRequest: false);
        Comment("", ["A frame that comes before the final one; it has no status."]);
        Interface(
            "EventFrame",
            null,
            [.. model.Final.Fields.Where(field => field.Name == "requestId"), new("type", new WireType.Text(), "", true, false, null, []), new("payload", new WireType.Any(), "", true, false, null, [])],
            isRequest: false);
    }

    private IEnumerable<WireField> FinalFields(params string[] status)
        => model.Final.Fields.Select(field => field.Name == "status" ? field with { Type = new WireType.Words(status) } : field);

    private void Request(WireShape request)
    {
        Comment("", [request.Meaning, .. request.Needs.Where(needed => needed.Count > 1).Select(needed => $"Required: one of {string.Join(", ", needed.Select(field => field.Name))}.")]);
        Interface(
            request.Name,
            request.Also.Count > 0 ? string.Join(", ", request.Also.Select(settings => settings.Name)) : null,
            request.WithNeeds,
            isRequest: true);
    }

    // Shapes name others while they are written.
    private void Shapes()
    {
        HashSet<string> written = ["ErrorReply"];
        while (_shapes.Values.FirstOrDefault(shape => !written.Contains(shape.Shape.Name)) is { Shape: { } shape, IsRequest: var isRequest })
        {
            written.Add(shape.Name);
            Comment("", [shape.Meaning]);
            Interface(shape.Name, null, shape.Fields, isRequest);
        }
    }

    private void Maps()
    {
        Comment("", ["What goes over the wire about each action."]);
        _text.Append("export interface Actions {\n");
        foreach (var action in model.Actions.OrderBy(action => action.Name, StringComparer.Ordinal))
        {
            Comment("  ", [action.Request.Meaning], isFirst: true);
            _text.Append("  ").Append(action.Name).Append(": {\n");
            _text.Append("    request: ").Append(action.Request.Name).Append(";\n");
            _text.Append("    reply: ").Append(ReplyOf(action)).Append(";\n");
            _text.Append("    event: ").Append(action.Events.Count == 0 ? "never" : string.Join(" | ", action.Events.Select(type => type.Name))).Append(";\n");
            _text.Append("  };\n");
        }

        _text.Append("}\n");
        Comment("", ["Events by their type."]);
        _text.Append("export interface Events {\n");
        foreach (var type in model.Events)
        {
            _text.Append("  ").Append(type.Type.Contains('.', StringComparison.Ordinal) ? $"\"{type.Type}\"" : type.Type).Append(": ").Append(type.Name).Append(";\n");
        }

        _text.Append(
            """
            }

            export type Action = keyof Actions;

            /** A whole request. */
            export type RequestOf<A extends Action> = { action: A } & RequestHead & Actions[A]["request"];

            /** The final frame about a request. */
            export type AnswerTo<A extends Action> = (Success & Actions[A]["reply"]) | ErrorReply;

            /** A frame that may come before it. */
            export type EventOf<A extends Action> = Actions[A]["event"];

            """);
    }

    private string ReplyOf(WireAction action)
    {
        var type = action.Types.Count > 0 ? $"{{ type: {string.Join(" | ", action.Types.Select(word => $"\"{word}\""))} }} & " : "";
        return type + (action.Reply.Name ?? $"{{ {string.Join("; ", action.Reply.Fields.Select(field => $"{field.Name}: {TypeOf(field, isRequest: false)}"))} }}");
    }

    private void Interface(string name, string? extends, IReadOnlyList<WireField> fields, bool isRequest)
    {
        _text.Append("export interface ").Append(name).Append(extends is null ? "" : $" extends {extends}").Append(fields.Count == 0 ? " {}\n" : " {\n");
        foreach (var field in fields)
        {
            Comment("  ", [field.Meaning, .. NotesOf(field, isRequest)], isFirst: true);
            _text.Append("  ").Append(field.Name).Append(field.IsRequired ? ": " : "?: ").Append(TypeOf(field, isRequest)).Append(";\n");
        }

        _text.Append(fields.Count == 0 ? "" : "}\n");
    }

    private static IEnumerable<string> NotesOf(WireField field, bool isRequest)
    {
        if (!isRequest)
        {
            yield break;
        }

        if (MarkdownFields.RangeOf(field.Type) is { Length: > 0 } range)
        {
            yield return $"Range: {range}.";
        }

        if (field.Default is { } value)
        {
            yield return $"Default: {value}.";
        }

        if (field.Synonyms.Count > 0)
        {
            yield return $"The host also takes it as {string.Join(", ", field.Synonyms)}.";
        }
    }

    private void Blank()
    {
        _text.Append('\n');
    }

    private void Comment(string indent, IEnumerable<string> parts, bool isFirst = false)
    {
        if (!isFirst)
        {
            Blank();
        }

        var words = string.Join(" ", parts.Where(part => part.Length > 0)).Replace("*/", "*\\/", StringComparison.Ordinal);
        if (words.Length == 0)
        {
            return;
        }

        if (indent.Length + words.Length + 7 <= Width)
        {
            _text.Append(indent).Append("/** ").Append(words).Append(" */\n");
            return;
        }

        _text.Append(indent).Append("/**\n");
        var line = "";
        foreach (var word in words.Split(' '))
        {
            if (line.Length + word.Length + indent.Length + 4 > Width)
            {
                _text.Append(indent).Append(" * ").Append(line).Append('\n');
                line = "";
            }

            line += (line.Length > 0 ? " " : "") + word;
        }

        _text.Append(indent).Append(" * ").Append(line).Append('\n').Append(indent).Append(" */\n");
    }

    private string TypeOf(WireField field, bool isRequest)
        => TypeOf(field.Type, isRequest) + (field.IsNullable && field.IsRequired && !isRequest ? " | null" : "");

    private string TypeOf(WireType type, bool isRequest)
    {
        switch (type)
        {
            case WireType.Text or WireType.Time:
                return "string";
            case WireType.Words { IsErrorCode: true }:
                return "ErrorCode";
            case WireType.Words words:
                return string.Join(" | ", words.Values.Select(word => $"\"{word}\""));
            case WireType.Integer or WireType.Number:
                return "number";
            case WireType.Flag:
                return "boolean";
            case WireType.Texts:
                return "string | string[]";
            case WireType.Vector:
                return "number[] | string";
            case WireType.Id:
                return "RequestId";
            case WireType.Any:
                return "unknown";
            case WireType.List { Of: WireType.Words or WireType.Vector } list:
                return $"({TypeOf(list.Of, isRequest)})[]";
            case WireType.List list:
                return $"{TypeOf(list.Of, isRequest)}[]";
            case WireType.Map map:
                return $"Record<string, {TypeOf(map.Of, isRequest)}>";
            case WireType.Object { Shape: var shape }:
                _shapes[shape.Name] = (shape, isRequest);
                return shape.Name;
            case WireType.AllOf all:
                return string.Join(" & ", all.Shapes.Select(shape => shape.Name));
            default:
                throw new NotSupportedException(type.ToString());
        }
    }
}
