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
            + "Nothing else is touched; running it again does no harm.");
        command.SetAction(_ => Run(context, output));
        return command;
    }

    private static int Run(RegistrationContext context, TextWriter output)
    {
        var steps = new Registrar(context).Unregister();
        foreach (var step in steps)
        {
            output.WriteLine($"{step.Browser}: {step.Text}");
        }

        if (steps.Count == 0)
        {
            output.WriteLine("Nothing was registered.");
        }

        return steps.Any(step => step.Result == StepResult.Failed) ? ExitCodes.Failed : ExitCodes.Ok;
    }
}
