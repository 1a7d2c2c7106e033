using System.CommandLine;
using NativeHost.Registration;

namespace NativeHost.CommandLine;

/// <summary>The verb <c>unregister</c>: takes the host out of the user's browsers.</summary>
internal static class UnregisterCommand
{
    public static Command Create(RegistrationContext context, TextWriter output)
    {
        var command = new Command(
            "unregister",
            "Removes what register wrote, for every browser of this user, and restores the manifests of other programs that it replaced. "
            + "Ends the broker. Nothing else is touched; running it again does no harm.");
        command.SetAction((_, cancellationToken) => RunAsync(context, output, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(RegistrationContext context, TextWriter output, CancellationToken cancellationToken)
    {
        var steps = new Registrar(context).Unregister();
        foreach (var step in steps)
        {
            await output.WriteLineAsync($"{step.Browser}: {step.Text}");
        }

        if (steps.Count == 0)
        {
            await output.WriteLineAsync("Nothing was registered.");
        }

        if (context.RemoveBroker is { } remove)
        {
            await remove(cancellationToken);
        }

        return steps.Any(step => step.Result == StepResult.Failed) ? ExitCodes.Failed : ExitCodes.Ok;
    }
}
