using System.Text.Json;
using System.Text.Json.Nodes;
using NativeHost.Grants;
using NativeHost.Inference.Generation;
using NativeHost.Messages;
using NativeHost.Storage;
using NativeHost.Storage.Retention;
using NativeHost.Tests.Registration;

namespace NativeHost.Tests.Conversations;

/// <summary>A host with conversations in a folder of its own, and ports of two extensions and of the user.</summary>
internal sealed class ChatBed : IAsyncDisposable
{
    public static readonly Caller One = new(CallerKind.Extension, "chrome-extension://abcdefghijklmnopabcdefghijklmnop/");
    public static readonly Caller Two = new(CallerKind.Extension, "chrome-extension://bcdefghijklmnopabcdefghijklmnopa/");

    private readonly TemporaryFolder _folder = new();
    private readonly List<Dialogue> _ports = [];

    public ChatBed(ScriptedLoader? loader = null, Func<string, RetentionLimits>? limits = null, bool storesUnnamed = false, TimeSpan grace = default, TimeProvider? storeTime = null)
    {
        Grants = new GrantStore(_folder.Path, TimeProvider.System);
        loader ??= new ScriptedLoader();
        Requests = loader.Requests;
        Host = new TestHost(
            loader, grace: grace, configFolder: _folder.Path, conversations: limits, storesUnnamed: storesUnnamed, storeTime: storeTime);
    }

    public TestHost Host { get; }

    /// <summary>What models were asked for, in order.</summary>
    public IReadOnlyCollection<GenerationRequest> Requests { get; }

    public GrantStore Grants { get; }

    /// <summary>Where the store is.</summary>
    public string Folder => Path.Combine(_folder.Path, "conversations");

    /// <summary>A port of its own.</summary>
    public Dialogue Open(Caller? caller = null)
    {
        var port = new Dialogue(Host, Patience.Token, caller: caller ?? One);
        _ports.Add(port);
        return port;
    }

    /// <summary>A port with a model.</summary>
    public async Task<Dialogue> OpenWithModelAsync(Caller? caller = null)
    {
        var port = Open(caller);
        await port.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        return port;
    }

    /// <summary>Holds the store as another process does.</summary>
    public ConversationStore Occupy() => ConversationStore.Open(new StoreOptions { Folder = Folder, Time = TimeProvider.System });

    public async ValueTask DisposeAsync()
    {
        foreach (var port in _ports)
        {
            await port.DisposeAsync();
        }

        await Host.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>Asks and looks into answers.</summary>
internal static class ChatAsking
{
    public static Task<JsonElement> AskAsync(this Dialogue port, string action, object? fields = null)
    {
        var request = fields is null ? [] : NodeOf(fields)!.AsObject();
        request["action"] = action;
        return port.AskAsync(request.ToJsonString());
    }

    // The serializer has no reflection here.
    private static JsonNode? NodeOf(object? value) => value switch
    {
        null => null,
        JsonNode node => node.DeepClone(),
        JsonElement element => JsonNode.Parse(element.GetRawText()),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        IEnumerable<KeyValuePair<string, object>> members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, NodeOf(member.Value)))),
        System.Collections.IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(NodeOf)]),
        _ => new JsonObject(value.GetType().GetProperties().Select(property => KeyValuePair.Create(property.Name, NodeOf(property.GetValue(value))))),
    };

    public static async Task<JsonElement> AskRightAsync(this Dialogue port, string action, object? fields = null)
    {
        var answer = await port.AskAsync(action, fields);
        Xunit.Assert.True(answer.Text("status") == "success", answer.GetRawText());
        return answer;
    }

    public static string? Text(this JsonElement answer, string field)
        => answer.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static string[] Texts(this JsonElement answer, string list, string field) => [.. answer.GetProperty(list).EnumerateArray().Select(item => item.Text(field) ?? "")];
}
