using System.Text.Json.Serialization;
using NativeHost.Hardware;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Hardware;

/// <summary>Asks what the machine is, and which engines of this host run on what of it.</summary>
internal sealed record GetSystemInfoRequest
{
    /// <summary>Whether to list what the host consists of, too.</summary>
    [Default(false)]
    public bool? Verbose { get; init; }
}

/// <param name="OsVersion">Name and version of the operating system for people.</param>
/// <param name="Processor">The maker's name of the processor.</param>
/// <param name="Reason">Why either is null.</param>
/// <param name="Pending">What is still being found out, as in <c>get_hardware_info</c>. Ask again for it.</param>
/// <param name="PythonPackages">With <c>verbose</c>: none, because this host has no Python.</param>
/// <param name="Components">With <c>verbose</c>: the parts of this host as <c>name==version</c>, in order.</param>
internal sealed record SystemInfoReply(
    [property: JsonPropertyName("os_version"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? OsVersion,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Processor,
    string? Reason,
    SystemDevices Devices,
    IReadOnlyList<string> Pending,
    [property: JsonPropertyName("python_packages")] IReadOnlyList<string>? PythonPackages,
    IReadOnlyList<string>? Components) : Reply;

internal sealed class GetSystemInfoHandler(Lazy<IMachine> machine) : IHandler<GetSystemInfoRequest, SystemInfoReply>
{
    public async Task<SystemInfoReply> HandleAsync(GetSystemInfoRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var look = await machine.Value.LookAsync(cancellationToken);
        var (system, cpu) = (OsView.Of(look), CpuView.Of(look));
        var isVerbose = request.Verbose == true;
        return new SystemInfoReply(
            system.Title,
            cpu.ModelName,
            system.Title is null ? system.Reason : cpu.ModelName is null ? cpu.Reason : null,
            SystemDevices.Of(look),
            look.Pending,
            isVerbose ? [] : null,
            isVerbose ? Components(look) : null);
    }

    private static IReadOnlyList<string> Components(MachineLook look)
    {
        string[] components = [$"bitnet-engine=={HostVersion.Text}", $"dotnet=={Environment.Version}", $"tabagent=={HostVersion.Text}"];
        return [.. components.Concat(look.Engine.Value is { } engine ? [$"llama.cpp=={engine.Version}"] : []).Order(StringComparer.Ordinal)];
    }
}
