using System.Text.Json;
using NativeHost.Hardware;
using NativeHost.Messages;

namespace NativeHost.Tests.Hardware;

/// <summary>A host on a machine that a test made up, and what it answers about it.</summary>
internal sealed class HardwareBed : IAsyncDisposable
{
    private readonly TestHost _host;

    public HardwareBed(ScriptedMachine? machine = null) => _host = new TestHost(new ScriptedLoader(), machine: machine);

    /// <param name="change">Makes another machine of the usual one.</param>
    public HardwareBed(Func<MachineLook, MachineLook> change)
        : this(new ScriptedMachine { Change = change })
    {
    }

    public TestHost Host => _host;

    /// <summary>The final frame.</summary>
    public async Task<JsonElement> AskAsync(string json, Caller? caller = null)
    {
        await using var dialogue = new Dialogue(_host, Patience.Token, caller: caller);
        return await dialogue.AskAsync(json);
    }

    /// <summary>The payload of a success.</summary>
    public async Task<JsonElement> PayloadAsync(string json)
    {
        var final = await AskAsync(json);
        Xunit.Assert.Equal("success", final.GetProperty("status").GetString());
        return final.GetProperty("payload");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>The names of an object's fields, in their order.</summary>
    public static string[] Names(JsonElement of) => [.. of.EnumerateObject().Select(field => field.Name)];
}
